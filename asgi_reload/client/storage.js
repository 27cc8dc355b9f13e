/**
 * What a tab remembers across reloads, and what all tabs of a site share. A sandboxed page has no storage and a full one
 * takes nothing more; then it forgets.
 */

/** @typedef {{ read: (key: string) => string, write: (key: string, value: string) => void }} TabStorage */

/** @returns {TabStorage} */
export function tabStorage() {
  return storageOf(() => sessionStorage);
}

/** @returns {TabStorage} */
export function siteStorage() {
  return storageOf(() => localStorage);
}

/**
 * @param {() => Storage} get may raise
 * @returns {TabStorage}
 */
function storageOf(get) {
  return {
    read(key) {
      try {
        return get().getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    write(key, value) {
      try {
        get().setItem(key, value);
      } catch {
        // forgotten
      }
    },
  };
}
