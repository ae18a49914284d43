import { textAt, textsAt } from '../../json-fields.ts';
import { type Describer, writeMetadata, writeName } from './reading.ts';

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

export const configMap: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    writeName(sheet, object);
    writeMetadata(sheet, object);
    sheet.write(0, '\nData\n====\n');
    for (const [key, value] of textsAt(object, 'data')) sheet.write(0, `${key}:\n----\n${value}\n\n`);
    sheet.write(0, '\nBinaryData\n====\n');
    for (const [key, value] of textsAt(object, 'binaryData')) sheet.line(0, `${key}: ${bytesOf(value).length} bytes`);
    sheet.line(0, '');
  },
};

/** Sizes, never values; of a service account's token too, which kubectl would print. */
export const secret: Describer = {
  events: 'none',
  describe: (object) => (sheet) => {
    writeName(sheet, object);
    writeMetadata(sheet, object);
    sheet.line(0, `\nType:\t${textAt(object, 'type')}`);
    sheet.write(0, '\nData\n====\n');
    for (const [key, value] of textsAt(object, 'data')) sheet.line(0, `${key}:\t${bytesOf(value).length} bytes`);
  },
};
