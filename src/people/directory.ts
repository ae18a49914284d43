/** What the chat platform says of an account. */
export type DirectoryPerson = {
  /** An app, a bot user or a workflow. */
  isBot: boolean;
  /** Anything less than a full member: guests of one or several channels, people of another workspace. */
  isGuest: boolean;
  isDeleted: boolean;
  /** The user groups that it is a member of: ids and handles, both. */
  groups: readonly string[];
};

/** Who people are, as the chat platform knows it now. */
export type Directory = {
  /** Undefined when there is no such account, or nothing can be found out. May be a minute old, not more: rights are checked with it. */
  person(id: string): Promise<DirectoryPerson | undefined>;
};
