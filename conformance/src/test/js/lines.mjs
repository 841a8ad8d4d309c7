// Commands come in as lines of JSON and sightings go out so. The end of the commands is the end of the driver.

import { createInterface } from 'node:readline';

const print = process.stdout.write.bind(process.stdout);

// What libraries print must not get between the sightings.
console.log = console.error;

export function report(from, what, payload = null) {
  print(`${JSON.stringify({ from, what, payload })}\n`);
}

export async function serve(handle, end = () => {}) {
  report('driver', 'ready');
  for await (const line of createInterface({ input: process.stdin })) {
    handle(JSON.parse(line));
  }
  await end();
  process.exit(0);
}
