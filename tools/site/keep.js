// Before JupyterLite reads what a student has written here in earlier days: what to do with a copy of a lesson.
//
// A copy that was run but not edited makes room for a new edition of the lesson. One that was edited stays, and the page
// offers the new edition. Widgets of a kernel that is gone are taken out of it, so that the still pictures show; so are
// the buttons of slow cells, which need what the cells above have made.

const WIDGET = "application/vnd.jupyter.widget-view+json";
// Asked anew each time: a browser would answer from what it kept, for minutes after a new edition has come.
const editions = await fetch(new URL("editions.json", import.meta.url), { cache: "no-cache" });
const { storage, lessons } = await editions.json();
const fetchAnew = (path) => fetch(new URL(`files/${path}`, import.meta.url), { cache: "reload" });

// 32-bit FNV-1a of the cells' text, as in pages.py.
function edition(notebook) {
  const text = notebook.cells.map((cell) => [cell.source].flat().join("")).join("\0");
  return new TextEncoder().encode(text).reduce((number, byte) => Math.imul(number ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// The store of JupyterLite's files; none where nothing was ever kept, and then none is made.
async function kept() {
  const opening = indexedDB.open(storage);
  opening.onupgradeneeded = () => opening.transaction.abort();
  const database = await settled(opening).catch(() => null);
  if (!database?.objectStoreNames.contains("files")) {
    database?.close();
    return null;
  }
  return database;
}

const files = (database) => database.transaction("files", "readwrite").objectStore("files");

function withoutWidgets(notebook) {
  let found = false;
  for (const cell of notebook.cells.filter((cell) => cell.outputs)) {
    const stay = cell.outputs.filter(({ data }) => ![data?.["text/html"]].flat().join("").includes("course-slow"));
    found ||= stay.length < cell.outputs.length;
    cell.outputs = stay;
  }
  for (const output of notebook.cells.flatMap((cell) => cell.outputs ?? [])) {
    if (output.data?.[WIDGET] && Object.keys(output.data).length > 1) {
      found = delete output.data[WIDGET];
    }
  }
  return found;
}

// Look after each copy of a lesson; returns the names of those that were edited while the lesson has become another.
async function lookAfter(database) {
  const overtaken = [];
  for (const path of await settled(files(database).getAllKeys())) {
    const file = await settled(files(database).get(path));
    if (file?.type !== "notebook" || !file.content?.cells) continue;
    const base = file.content.metadata?.course?.edition;
    const newer = path in lessons && base !== undefined && base !== lessons[path];
    if (newer && edition(file.content) === base) {
      await settled(files(database).delete(path));
      await fetchAnew(path);
    } else {
      if (newer) overtaken.push(path);
      if (withoutWidgets(file.content)) await settled(files(database).put(file, path));
    }
  }
  return overtaken;
}

// The student's copy gets a name of its own, and the lesson is read from the site again.
async function takeNew(path) {
  const database = await kept();
  const names = await settled(files(database).getAllKeys());
  const named = (number) => path.replace(".ipynb", number ? `_mine_${number}.ipynb` : "_mine.ipynb");
  let number = 0;
  while (names.includes(named(number))) number += 1;
  const file = await settled(files(database).get(path));
  await settled(files(database).put({ ...file, name: named(number), path: named(number) }, named(number)));
  await settled(files(database).delete(path));
  await fetchAnew(path);
  location.reload();
}

function offer(path) {
  const box = document.createElement("div");
  box.setAttribute("role", "status");
  box.id = "course-offer";
  box.style.cssText =
    "position: fixed; z-index: 10000; right: 1rem; bottom: 1rem; max-width: min(30rem, calc(100vw - 2rem)); padding: 1rem;" +
    "font: 16px/1.4 system-ui, sans-serif; color: #1b1b1b; background: #fff8dc; border: 1px solid #b08900; border-radius: 8px;";
  box.textContent =
    "This lesson has a new edition. You see your own copy, as you left it. If you take the new one, yours stays among " +
    "your files (File, Open), as " + path.replace(".ipynb", "_mine.ipynb") + ". ";
  for (const [text, act] of [["Take the new edition", () => takeNew(path)], ["Not now", () => box.remove()]]) {
    const button = document.createElement("button");
    button.textContent = text;
    button.style.cssText = "font: inherit; margin: .6rem .6rem 0 0; padding: .2rem .7rem;";
    button.onclick = act;
    box.append(button);
  }
  document.body.append(box);
}

const database = await kept();
if (database) {
  const overtaken = await lookAfter(database);
  database.close();
  const shown = new URLSearchParams(location.search).get("path");
  if (overtaken.includes(shown)) offer(shown);
}
