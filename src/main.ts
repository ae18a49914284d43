import type { Host, Tocsin } from './bot.ts';
import type { Config } from './config/config.ts';
import { openIntake } from './wiring/intake.ts';

/**
 * Starts the bot, the intake first: what is behind it takes longer to load than all before, and alerts are kept meanwhile. Throws when a part cannot
 * start, after the intake is closed again.
 */
export async function startTocsin(config: Config, host: Host): Promise<Tocsin> {
  const intake = await openIntake(config, host);
  try {
    const { startBot } = await import('./bot.ts');
    return await startBot(config, { host, intake });
  } catch (error) {
    await intake.close();
    throw error;
  }
}
