// What waits on this device: entries that the computer has not confirmed yet, and a few notes, in IndexedDB.
// Pages and the service worker share it. An update of the app keeps it: only `upgrade` may change its shape.
(() => {
  const NAME = "quietlegs";
  const SHAPE = 1;
  let opened;

  const upgrade = (database) => {
    const entries = database.createObjectStore("entries", { keyPath: "order", autoIncrement: true });
    entries.createIndex("id", "id", { unique: true });
    database.createObjectStore("notes");
  };

  const open = () => {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, SHAPE);
      request.onupgradeneeded = () => upgrade(request.result);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        request.result.onversionchange = () => {
          request.result.close(); // a newer page wants another shape: let it
          opened = undefined;
        };
        resolve(request.result);
      };
    }).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  // Run `work` on one object store, and answer once the disk has it.
  const run = async (name, mode, work) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("not kept"));
    });
  };

  const changed = () => {
    const channel = new BroadcastChannel("quietlegs");
    channel.postMessage("changed");
    channel.close();
  };

  // A place to listen for changes made by another page, or by the service worker.
  const onChange = (tell) => {
    const channel = new BroadcastChannel("quietlegs");
    channel.onmessage = tell;
  };

  // States: "sending" (a page sends it just now), "waiting", "aside" (it was refused; `problems` says why).
  const add = async (entry) => {
    await run("entries", "readwrite", (store) => store.add({ state: "waiting", problems: [], tries: 0, ...entry }));
    changed();
  };
  const all = () => run("entries", "readonly", (store) => store.getAll());
  // An entry that was deleted meanwhile stays deleted.
  const save = async (entry) => {
    await run("entries", "readwrite", (store) => {
      store.get(entry.order).onsuccess = (event) => event.target.result && store.put(entry);
    });
    changed();
  };
  const remove = async (entry) => {
    await run("entries", "readwrite", (store) => store.delete(entry.order));
    changed();
  };

  const note = (name) => run("notes", "readonly", (store) => store.get(name));
  const setNote = async (name, value) => {
    await run("notes", "readwrite", (store) => (value === undefined ? store.delete(name) : store.put(value, name)));
    changed();
  };

  // Everything that this device keeps goes, also what waits. Only ever called by the person.
  const forget = async () => {
    await run("entries", "readwrite", (store) => store.clear());
    await run("notes", "readwrite", (store) => store.clear());
    if (self.caches) for (const name of await caches.keys()) if (name.startsWith("quietlegs-")) await caches.delete(name);
    changed();
  };

  self.quietlegs = { store: { add, all, save, remove, note, setNote, forget, onChange } };
})();
