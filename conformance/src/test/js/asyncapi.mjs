// Prints what the official parser has against a document: a line for each error or warning; the working directory has the libraries.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Parser } = createRequire(`${process.cwd()}/`)('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const WARNING = 1;
for (const { severity, message, path } of diagnostics) {
  if (severity <= WARNING) console.log(`${path.join('.')}: ${message}`);
}
console.log(document ? `${document.channels().all().length} channels` : 'no document');
