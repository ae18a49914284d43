import ipaddr from 'ipaddr.js';

/** Which addresses a host may turn out to have. */
export type AddressRules = {
  /** Networks of the team's own, such as those of pods and services. */
  allowsPrivate: boolean;
  /** Only for a simulator on this machine. */
  allowsLoopback: boolean;
};

/** Services of clouds that hand out credentials, outside the link-local range: Alibaba, Amazon, Google, Oracle, Azure. */
const METADATA = ['100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254', '192.0.0.192', '168.63.129.16'];
const PRIVATE = ['private', 'uniqueLocal', 'carrierGradeNat'];

/** Why no request may go to an address (as resolved), or undefined. IPv4 within IPv6 is judged as the IPv4 address that it is. */
export function judgeAddress(text: string, rules: AddressRules): string | undefined {
  if (!ipaddr.isValid(text)) return `${text} is no address`;
  const address = ipaddr.process(text);
  const range = address.range();
  if (METADATA.some((metadata) => ipaddr.parse(metadata).toNormalizedString() === address.toNormalizedString()))
    return 'it is a metadata service, which hands out credentials';
  if (range === 'unicast') return undefined;
  if (range === 'linkLocal') return 'it is a link-local address, where metadata services live';
  if (range === 'loopback') return rules.allowsLoopback ? undefined : 'it is the host of this bot';
  if (PRIVATE.includes(range))
    return rules.allowsPrivate ? undefined : 'it is a private address, which a wildcard does not allow; list the host by its full name';
  return `it is a ${range} address`;
}
