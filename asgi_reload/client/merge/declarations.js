/**
 * Declarative shadow roots in inert documents, where they are templates still.
 */

/** Elements beside custom ones that may have a shadow root (DOM, "attach a shadow root"). */
const HOSTS = /^(article|aside|blockquote|body|div|footer|h[1-6]|header|main|nav|p|section|span|.*-.*)$/;

/**
 * Is this template, of an inert document, where a parser attaches a shadow root?
 * @param {Element} template
 */
export function isDeclaration(template) {
  const host = template.parentElement;
  const isFirst = host?.querySelector(":scope > template[shadowrootmode]") === template;
  const mode = template.getAttribute("shadowrootmode") ?? "";
  return isFirst && /^(open|closed)$/i.test(mode) && HOSTS.test(host.localName);
}
