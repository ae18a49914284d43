/** What Block Kit allows in each object, in characters (code points) and items; the names follow Slack's own published limits. */
export const blockLimits = {
  text: { min_length: 1, max_length: 3000 },
  action_id: { max_length: 255 },
  block_id: { max_length: 255 },
  button: {
    text: { max_length: 75 },
    url: { max_length: 3000 },
    value: { max_length: 2000 },
    accessibility_label: { max_length: 75 },
  },
  confirmation: { title: { max_length: 100 }, text: { max_length: 300 }, confirm: { max_length: 30 }, deny: { max_length: 30 } },
  // Slack documents 150 for the value, its SDK types 75: we hold our own messages to the smaller one.
  option: { text: { max_length: 75 }, value: { max_length: 75 }, description: { max_length: 75 }, url: { max_length: 3000 } },
  option_group: { label: { max_length: 75 }, options: { min_items: 1, max_items: 100 } },
  select: { placeholder: { max_length: 150 }, options: { max_items: 100 }, option_groups: { max_items: 100 } },
  overflow: { options: { min_items: 1, max_items: 5 } },
  checkboxes: { options: { min_items: 1, max_items: 10 } },
  radio_buttons: { options: { min_items: 1, max_items: 10 } },
  plain_text_input: { max_length: { max: 3000 } },
  actions: { elements: { max_items: 25 } },
  context: { elements: { max_items: 10 } },
  header: { text: { max_length: 150 } },
  image: { image_url: { max_length: 3000 }, alt_text: { max_length: 2000 } },
  input: { label: { max_length: 2000 }, hint: { max_length: 2000 } },
  markdown: { text: { min_length: 1, max_length: 12_000 } },
  section: { text: { max_length: 3000 }, fields: { max_items: 10, item_max_length: 2000 } },
  view: {
    blocks: { min_items: 1, max_items: 100 },
    private_metadata: { max_length: 3000 },
    callback_id: { max_length: 255 },
    title: { max_length: 24 },
    close: { max_length: 24 },
    submit: { max_length: 24 },
  },
} as const;

/** Limits of whole messages and views, which Slack does not publish together with the blocks. */
export const messageLimits = {
  blocks: 50,
  attachments: 100,
  tables: 1,
  tableRows: 100,
  tableCells: 20,
  /** All markdown blocks together, `markdown_text` among them. */
  markdown: 12_000,
  /** Not documented; rejections were reported from 11,341 characters on. The fault knob `cumulativeCap` moves it. */
  cumulativeBlockText: 12_000,
  /** Longer text is cut off by chat.postMessage. */
  postText: 40_000,
  /** Longer text is refused by chat.update. */
  updateText: 4000,
  /** Where the reported splitting of long text-only posts begins (fault knob `longTextSplit`). */
  splitText: 4000,
  /** Not documented; the metadata we send is a few dozen bytes. */
  metadataBytes: 8192,
  viewBytes: 250 * 1024,
  viewStack: 3,
  canvasBytes: 1024 * 1024,
  pins: 100,
} as const;
