/** Files and rules of the TLS door. All files are PEM. */
export interface TlsSettings {
  /** The certificate, with the intermediate ones after it. */
  readonly cert: string;
  /** Its private key, not encrypted. */
  readonly key: string;
  /** The authorities whose client certificates are good. */
  readonly ca?: string | undefined;
  /**
   * `accept`: a client may show a certificate, and one that is not verified counts as none. `require`: without a verified
   * certificate there is no connection.
   */
  readonly clientCertificates: 'off' | 'accept' | 'require';
  /** The oldest version spoken; TLSv1.2 when not set. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
}

/** @throws Error when the settings contradict each other or name no files */
export function checkTlsSettings({ cert, key, ca, clientCertificates, minVersion }: TlsSettings): void {
  for (const [name, path] of Object.entries({ cert, key, ca })) {
    if (path === '' || (path === undefined && name !== 'ca'))
      throw new Error(`Cannot serve TLS: "${name}" names no file`);
  }
  if (!['off', 'accept', 'require'].includes(clientCertificates)) {
    throw new Error(
      `Cannot serve TLS with clientCertificates "${clientCertificates}": expected "off", "accept" or "require"`,
    );
  }
  if (!['TLSv1.2', 'TLSv1.3', undefined].includes(minVersion)) {
    throw new Error(`Cannot serve TLS from "${minVersion}" on: expected "TLSv1.2" or "TLSv1.3"`);
  }
  // Left alone, Node would take a certificate of any public authority in the world for a known client.
  if (clientCertificates !== 'off' && ca === undefined) {
    throw new Error('Cannot check client certificates: "ca" must name the authorities that issue them');
  }
}
