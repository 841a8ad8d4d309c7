// Compiles the files of a folder with TypeScript, as strictly as it can, and prints what it says; the working directory has the libraries.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...files] = process.argv.slice(2);
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
  compilerOptions: {
    strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true,
    target: 'es2022', module: 'es2022', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: ['phoenix'],
    paths: { phoenix: [join(process.cwd(), 'node_modules/@types/phoenix/index.d.ts')] },
    typeRoots: [join(process.cwd(), 'node_modules/@types')],
  },
  files,
}));
const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
const { stdout, stderr } = spawnSync(process.execPath, [tsc, '--pretty', 'false', '-p', folder], { encoding: 'utf8' });
process.stdout.write(stdout + stderr);
