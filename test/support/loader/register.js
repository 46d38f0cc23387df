import * as module from 'node:module'
import * as hooks from './hooks.js'

/** Given to every test process by tap (`node-arg` in package.json). */
if (module.registerHooks) module.registerHooks({ load: hooks.loadSync })
else module.register('./hooks.js', import.meta.url)
