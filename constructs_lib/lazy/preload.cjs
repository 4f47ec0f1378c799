// Loaded by Node into jsii's processes before their own code (see kernel.py). Changes no file; whatever is not as
// expected is left as it was.
'use strict';

const fs = require('fs');
const Module = require('module');
const path = require('path');

const STRICT = '"use strict";';

// A prebuilt provider's index.js is one line for each of its submodules. Require a submodule when it is first used.
const INDEX = /[\\/]node_modules[\\/]@(?:cdktf|cdktn)[\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/;
const LINE = /^exports\.([A-Za-z_$][\w$]*) = (?:require\("(\.\/[\w./-]+)"\)|__importStar\(require\("(\.\/[\w./-]+)"\)\));$/gm;
const DEFINE = `
function __onDemand(exports, paths, load) {
  for (const [name, path] of Object.entries(paths)) {
    const define = (property) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, ...property });
    define({
      get() {
        const value = load(path);
        define({ writable: true, value });
        return value;
      },
    });
  }
}
`;

function indexOnDemand(source) {
  const plain = {};
  const star = {};
  const rest = source.replace(/^\/\/# sourceMappingURL=.*$/m, '').replace(LINE, (_, name, path, starPath) => {
    (path ? plain : star)[name] = path ?? starPath;
    return '';
  });
  if (rest.includes('require(')) return source;
  const lines = [`__onDemand(exports, ${JSON.stringify(plain)}, (path) => require(path));`];
  if (rest.includes('__importStar')) {
    lines.push(`__onDemand(exports, ${JSON.stringify(star)}, (path) => __importStar(require(path)));`);
  }
  return rest + DEFINE + lines.join('\n');
}

// Half the time that cdktf takes to load goes into a library for zip files, which only an asset of that kind needs.
const ARCHIVE = /[\\/]node_modules[\\/]cdkt[fn][\\/]lib[\\/]private[\\/]fs\.js$/;

function archiverOnDemand(source) {
  return source.replace(
    /^const archiver = require\("archiver"\);$/m,
    'const archiver = (...options) => require("archiver")(...options);',
  );
}

// Python may ask for an attribute's token under a name of its own, so that it need not wait for the name (see ahead.py).
// jsii hands over what comes with a request.
const TOKENS = /[\\/]node_modules[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]token-map\.js$/;
const WITH_REQUEST = Symbol.for('jsii.context.hostStackTrace');

function tokensByName({ TokenMap }) {
  const register = TokenMap.prototype.registerStringKey;
  TokenMap.prototype.registerStringKey = function (token, hint) {
    const name = global[WITH_REQUEST];
    if (typeof name !== 'string') return register.call(this, token, hint);
    global[WITH_REQUEST] = undefined;
    this.stringTokenMap.set(name, token);
    return name;
  };
}

// Every token would remember where in jsii's own code it was made, which says nothing to an app in Python.
const TRACES = /[\\/]node_modules[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/;

function noTraces(exports) {
  exports.captureStackTrace = () => [];
}

function loadOnDemand() {
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = function (module, filename) {
    const change = INDEX.test(filename) ? indexOnDemand : ARCHIVE.test(filename) ? archiverOnDemand : undefined;
    const source = change && fs.readFileSync(filename, 'utf8');
    if (source?.startsWith(STRICT)) module._compile(change(source), filename);
    else load(module, filename);
    if (TOKENS.test(filename)) tokensByName(module.exports);
    else if (TRACES.test(filename)) noTraces(module.exports);
  };
}

// jsii builds an index of a new package's types in a thread, which an app as fast as this one would end before it is
// done: every later start would pay for that again. Wait for the thread, once, as long as jsii waits for a package.
function finishIndex() {
  const threads = require('worker_threads');
  threads.Worker = class extends threads.Worker {
    constructor(file, options) {
      if (!options?.workerData?.packageDir) {
        super(file, options);
        return;
      }
      const ended = new Int32Array(new SharedArrayBuffer(4));
      const program = `
        const { ended, file } = require('worker_threads').workerData;
        try { require(file); } finally { Atomics.store(ended, 0, 1); Atomics.notify(ended, 0); }`;
      super(program, { ...options, eval: true, workerData: { ...options.workerData, ended, file } });
      Atomics.wait(ended, 0, 0, 120_000);
    }
  };
}

// Where not even the first of several directories can be made, Node would try for ever to make all (below /proc).
function makeFirst(directory) {
  let first = directory;
  while (!fs.existsSync(path.dirname(first))) first = path.dirname(first);
  try {
    fs.mkdirSync(first, 0o700);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

// Packages are extracted once and kept. Where that cannot be done, jsii would refuse to work at all.
function useCache() {
  const kept = { darwin: 'Library/Caches/com.amazonaws.jsii', linux: '.cache/aws/jsii' }[process.platform];
  const root = process.env.JSII_RUNTIME_PACKAGE_CACHE_ROOT || (kept && path.join(require('os').homedir(), kept, 'package-cache'));
  let usable = true;
  try {
    if (root) {
      makeFirst(root);
      fs.mkdirSync(root, { recursive: true, mode: 0o700 });
      fs.accessSync(root, fs.constants.W_OK);
    }
  } catch {
    usable = false;
  }
  process.env.JSII_RUNTIME_PACKAGE_CACHE ??= usable ? 'enabled' : 'disabled';
}

// Ten lines about the version of Node on every start; the README says it once.
function silenceBanner() {
  process.env.JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ??= process.versions.node.split('.')[0];
  process.env.JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION ??= '1';
  process.noDeprecation = true; // jsii calls what newer Nodes warn of
}

// Several requests may come at once. Their answers go together, when there is nothing left to be done or after a moment:
// whoever waits has asked for the last one, or for something that took its time.
function answersTogether(writeSync) {
  const MOST = 32 * 1024;
  const LONGEST = 5; // ms
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let held = [];
  let size = 0;
  let since = 0;
  function write() {
    const data = Buffer.concat(held);
    held = [];
    size = 0;
    for (let written = 0; written < data.length; ) {
      try {
        written += writeSync(1, data, written);
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
        Atomics.wait(clock, 0, 0, 1); // a pipe that is full
      }
    }
  }
  process.on('exit', write);
  return (data) => {
    if (data) {
      if (size === 0) since = Date.now();
      held.push(data);
      size += data.length;
    }
    if (!data || size > MOST || Date.now() - since > LONGEST) write();
    return data?.length;
  };
}

// jsii starts this process, which starts another one that does the work, and carries every message from one to the other. It
// takes a seventh of the time: do the work here. What JavaScript prints goes to jsii packed as the other process would.
function workHere() {
  const program = path.resolve(path.dirname(process.argv[1]), '../lib/program.js');
  const known = process.platform !== 'win32' && fs.readFileSync(program, 'utf8').includes('readFD:3,writeFD:3');
  if (!known || !process.env.NODE_OPTIONS?.endsWith(KEEP_LINKS)) return;
  fs.fstatSync(3); // Node's own, for as long as it runs: no file that is opened gets this number
  process.env.NODE_OPTIONS = process.env.NODE_OPTIONS.slice(0, -KEEP_LINKS.length); // not for programs started from here
  process.execArgv.push(KEEP_LINKS.trim()); // where jsii looks whether it may link to packages
  const { readSync, writeSync } = fs;
  const answer = answersTogether(writeSync);
  fs.readSync = (fd, ...rest) => {
    if (fd !== 3) return readSync(fd, ...rest);
    answer();
    return readSync(0, ...rest);
  };
  fs.writeSync = (fd, data, offset, ...rest) =>
    fd === 3 ? answer(Buffer.from(data).subarray(offset)) : writeSync(fd, data, offset, ...rest);
  for (const name of ['stdout', 'stderr']) {
    const write = (chunk, _encoding, done) => {
      writeSync(2, `${JSON.stringify({ [name]: chunk.toString('base64') })}\n`);
      done();
    };
    Object.defineProperty(process, name, { configurable: true, value: new (require('stream').Writable)({ write }) });
  }
  loadOnDemand();
  finishIndex();
  const load = Module._extensions['.js'];
  Module._extensions['.js'] = (module, filename) => {
    Module._extensions['.js'] = load;
    load(module, filename === process.argv[1] ? program : filename);
  };
}

const KEEP_LINKS = ' --preserve-symlinks';
// Anything else that comes to run this is none of ours.
const STEPS = { 'jsii-runtime.js': [silenceBanner, useCache, workHere], 'program.js': [loadOnDemand, finishIndex] };

for (const step of STEPS[path.basename(process.argv[1] ?? '')] ?? []) {
  try {
    step();
  } catch {
    // The normal way.
  }
}
