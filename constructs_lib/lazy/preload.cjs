// Loaded by Node into jsii's processes before their own code (see kernel.py). Changes no file; whatever is not as
// expected is left as it was.
'use strict';

const fs = require('fs');
const Module = require('module');
const os = require('os');
const path = require('path');
const threads = require('worker_threads');

// A prebuilt provider's index.js is one line for each of its submodules. Require a submodule when it is first used.
function requireOnDemand() {
  const INDEX = /[\\/]node_modules[\\/]@(?:cdktf|cdktn)[\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/;
  const LINE = /^exports\.([A-Za-z_$][\w$]*) = (require\("\.\/[\w./-]+"\)|__importStar\(require\("\.\/[\w./-]+"\)\));$/gm;
  const STRICT = '"use strict";';
  const DEFINE =
    'function __lazy(name, load) { Object.defineProperty(exports, name, { enumerable: true, configurable: true, get() {' +
    ' const value = load(); Object.defineProperty(exports, name, { enumerable: true, writable: true, value }); return value; } }); }\n';

  function lazy(source) {
    if (!source.startsWith(STRICT)) return undefined;
    let lines = 0;
    const changed = source
      .replace(/^\/\/# sourceMappingURL=.*$/m, '')
      .replace(LINE, (_, name, load) => {
        lines += 1;
        return `__lazy("${name}", () => ${load});`;
      });
    const requires = changed.match(/\brequire\(/g) || [];
    return lines > 0 && requires.length === lines ? STRICT + DEFINE + changed.slice(STRICT.length) : undefined;
  }

  const load = Module._extensions['.js'];
  Module._extensions['.js'] = function (module, filename) {
    const source = INDEX.test(filename) ? lazy(fs.readFileSync(filename, 'utf8')) : undefined;
    return source === undefined ? load(module, filename) : module._compile(source, filename);
  };
}

// jsii builds an index of a package's types in a thread, which an app as fast as this one would end before it is done:
// every later start would pay for that. Wait for it, once. (Python gives this process five seconds to end.)
function finishIndex() {
  const building = new Set();
  threads.Worker = class extends threads.Worker {
    constructor(file, options) {
      super(file, options);
      const directory = options?.workerData?.packageDir;
      if (directory) {
        building.add(directory);
        this.once('exit', () => building.delete(directory));
      }
    }
  };
  process.once('exit', () => {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    const end = Date.now() + 4500;
    for (const directory of building) {
      const index = path.join(directory, '.jsii.runtime.v1.json');
      while (!fs.existsSync(index) && Date.now() < end) Atomics.wait(clock, 0, 0, 20);
    }
  });
}

// Packages are extracted once and kept. Where that cannot be done, jsii would refuse to work at all.
function useCache() {
  const kept = { darwin: 'Library/Caches/com.amazonaws.jsii', linux: '.cache/aws/jsii' }[process.platform];
  const root = process.env.JSII_RUNTIME_PACKAGE_CACHE_ROOT || (kept && path.join(os.homedir(), kept, 'package-cache'));
  let usable = true;
  try {
    if (root) {
      fs.mkdirSync(root, { recursive: true, mode: 0o700 });
      fs.accessSync(root, fs.constants.W_OK);
    }
  } catch {
    usable = false;
  }
  process.env.JSII_RUNTIME_PACKAGE_CACHE ??= usable ? 'enabled' : 'disabled';
}

// Twenty lines about the version of Node on every start. What they say is said in the README.
function silenceBanner() {
  process.env.JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION ??= process.versions.node.split('.')[0];
  process.env.JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION ??= '1';
}

if (threads.isMainThread) {
  for (const step of [requireOnDemand, finishIndex, useCache, silenceBanner]) {
    try {
      step();
    } catch {
      // The normal way.
    }
  }
}
