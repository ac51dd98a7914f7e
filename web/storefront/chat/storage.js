/** The browser's storage, or null where it is forbidden: merely touching it may throw. */
export function browserStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
