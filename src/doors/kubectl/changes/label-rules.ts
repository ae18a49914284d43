const nameForm = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const valueForm = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const subdomainForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const nameRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const prefixRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Why a text cannot be a label's value, in the words of Kubernetes' validation. */
export function labelValueFaults(value: string): readonly string[] {
  return [...(value.length > 63 ? ['must be no more than 63 bytes'] : []), ...(valueForm.test(value) ? [] : [valueRule])];
}

/** Why a text cannot be a qualified name such as "example.com/key". */
export function qualifiedNameFaults(text: string): readonly string[] {
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) {
    return [
      `a qualified name ${nameRule.replace('name part must', 'must')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = second ?? first;
  const faults: string[] = [];
  if (second !== undefined && first === '') faults.push('prefix part must be non-empty');
  else if (second !== undefined && !subdomainForm.test(first)) faults.push(`prefix part ${prefixRule}`);
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > 63) faults.push('name part must be no more than 63 bytes');
  if (!nameForm.test(name)) faults.push(nameRule);
  return faults;
}

const requirementForm = /^\s*(!\s*[\w./-]+|[\w./-]+(\s*(=|==|!=|>|<)\s*[\w.-]*|\s+(in|notin)\s*\([^()]*\))?)\s*$/;

/** Whether a text is a label selector: "a=b,c!=d,e in (f,g),!h". Nothing at all selects everything. */
export function isLabelSelector(text: string): boolean {
  return text.trim() === '' || text.split(/,(?![^(]*\))/).every((part) => requirementForm.test(part));
}
