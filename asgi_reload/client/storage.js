/**
 * What a tab remembers across reloads. A sandboxed page has no storage and a full one takes nothing more; then it forgets.
 */

/** @typedef {{ read: (key: string) => string, write: (key: string, value: string) => void }} TabStorage */

/** @returns {TabStorage} */
export function tabStorage() {
  return {
    read(key) {
      try {
        return sessionStorage.getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    write(key, value) {
      try {
        sessionStorage.setItem(key, value);
      } catch {
        // forgotten
      }
    },
  };
}
