/** Who may import whom. Each rule carries the reason a reviewer would give; each has a probe in test/architecture.test.ts. */
const layer = (from, allowed, comment) => ({
  name: `layer-${from}`,
  comment,
  severity: 'error',
  from: { path: `^src/${from}(/|\\.ts$)` },
  to: {
    path: '^src/',
    pathNot: [from, ...allowed].map(name => `^src/${name}(/|\\.ts$)`)
  }
})

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A circle has no top to start reading from.',
      from: {},
      to: { circular: true }
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'Business rules are pure functions over plain data: no npm package, no Node API.',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' }
    },
    layer('domain', [], 'Business rules know nothing of the layers around them.'),
    layer('config', ['domain'], 'Configuration is read once, from plain data.'),
    layer('db', ['domain'], 'The database layer serves repositories; it knows no use case.'),
    layer('repositories', ['db', 'domain'], 'Repositories speak SQL and nothing else.'),
    layer(
      'services',
      ['repositories', 'db', 'domain'],
      'A service is a use case; it does not know HTTP or the process.'
    ),
    layer('jobs', ['services', 'db', 'domain'], 'A job is an entry point like a route: it calls a service.'),
    layer('plugins', ['services', 'domain', 'db'], 'Plugins carry what every route shares.'),
    layer('routes', ['services', 'domain', 'plugins'], 'Routes translate HTTP and nothing else.'),
    layer('app', ['plugins', 'routes', 'services', 'config', 'domain'], 'The app is the table of plugins and routes.'),
    {
      name: 'routes-do-not-import-each-other',
      severity: 'error',
      comment: 'Capabilities stay apart; what routes share lives in src/routes/shared.',
      from: { path: '^src/routes/([^/]+)/' },
      to: { path: '^src/routes/([^/]+)/', pathNot: ['^src/routes/$1/', '^src/routes/shared/'] }
    },
    {
      name: 'no-fastify-below-http',
      severity: 'error',
      comment: 'Fastify ends at routes and plugins.',
      from: { path: '^src/(domain|db|repositories|services|jobs)/' },
      to: { path: 'node_modules/(@fastify/|fastify)' }
    },
    {
      name: 'no-sql-above-repositories',
      severity: 'error',
      comment: 'SQL ends at repositories.',
      from: { path: '^src/(routes|plugins|services|jobs)/' },
      to: { path: 'node_modules/(pg|drizzle-orm|pg-copy-streams)/' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] }
  }
}
