// How the scripts say what went wrong: one line on stderr and exit code 1.

/** How long anything that is waited for may take, in milliseconds. */
export const DEADLINE_MS = 20_000;

let step = 'the start';

/** Names what follows, for the line that is printed when it fails. */
export function begin(name) {
  step = name;
  console.log(`- ${name}`);
}

export function expect(holds, what, seen) {
  if (!holds) {
    throw new Error(`expected ${what}${seen === undefined ? '' : `, got ${JSON.stringify(seen)}`}`);
  }
}

/** What the promise resolves to, unless it takes too long. */
export async function within(promise, what, milliseconds = DEADLINE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms for ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Something that happens later: `happened()` says so, `promise` waits for it. */
export function event() {
  let happened;
  const promise = new Promise((resolve) => (happened = resolve));
  return { promise, happened };
}

/** Runs a script and ends the process. */
export async function run(script) {
  try {
    await script();
    console.log('passed');
    process.exit(0);
  } catch (error) {
    console.error(`failed at ${step}: ${error.stack ?? error}`);
    process.exit(1);
  }
}
