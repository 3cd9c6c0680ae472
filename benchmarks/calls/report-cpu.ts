/** Lets the benchmark that started this server read where it listens and how much processor time it has used. */
export function reportTo(parent: NodeJS.Process, port: number): void {
  parent.on('message', () => {
    const { user, system } = process.cpuUsage();
    parent.send?.({ cpuMicros: user + system });
  });
  parent.on('disconnect', () => process.exit(0));
  parent.send?.({ port });
}
