#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `stream-aligner: Node ${process.versions.node} is too old. Install Node 22.12 or later, or call it as \`npx stream-aligner\` where its own Node is installed with it.\n`,
  );
  process.exit(1);
}

// After the check, so that an old Node does not stumble over newer syntax first.
const { main } = await import('../dist/index.js');
process.exitCode = await main(process.argv.slice(2));
