/* A file that somebody opens, as text: plain, or compressed as `straits replay --json game.json.gz` writes it. Never too much,
   so that a small file cannot fill the memory. */

const MOST = 64; // MB, also once it is no longer compressed

/** Throws Error with one line where it is larger. */
export async function textOf(file) {
  if (file.size > MOST * 1e6) throw new Error(`expected at most ${MOST} MB`);
  if (!/\.gz$/i.test(file.name)) return file.text();
  return capped(file.stream().pipeThrough(new DecompressionStream("gzip")));
}

async function capped(stream) {
  const reader = stream.getReader();
  const parts = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Error("expected a file that gzip can read");
    });
    if (done) return new Blob(parts).text();
    size += value.length;
    if (size > MOST * 1e6) throw new Error(`expected at most ${MOST} MB once it is no longer compressed`);
    parts.push(value);
  }
}
