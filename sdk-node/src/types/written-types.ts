import { memberName } from './names.ts';
import { quoted } from './type-node.ts';
import { type Token, tokensOf, UnreadableTypesError } from './written-tokens.ts';

/** A type as it stands in a file, whatever its layout. */
export type WrittenType =
  /** A name, a keyword or a literal. */
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'object'; readonly members: WrittenMembers }
  /** `list`: an array; `rest` and `maybe`: parts of a tuple. */
  | {
      readonly kind: 'union' | 'intersection' | 'tuple' | 'list' | 'rest' | 'maybe' | 'readonly';
      readonly of: readonly WrittenType[];
    };

/** By name; `[…]` stands for all others. */
export type WrittenMembers = ReadonlyMap<string, WrittenMember>;

export interface WrittenMember {
  readonly type: WrittenType;
  readonly optional: boolean;
  /** The words of its comments. */
  readonly doc: string;
}

/** What a file of types declares. */
export interface WrittenTypes {
  readonly declared: ReadonlyMap<string, Pick<WrittenMember, 'type' | 'doc'>>;
  /** Of the catalogue it was made from, as its header says; undefined when it does not. */
  readonly hash: string | undefined;
}

const OTHERS = '[…]';

/**
 * Reads a file that `declarationsOf` wrote and a formatter may have laid out anew: quotes, separators, brackets, indentation and
 * comments mean nothing. Throws UnreadableTypesError for what else TypeScript knows.
 */
export function readTypes(text: string): WrittenTypes {
  return new Reader(tokensOf(text)).file();
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  file(): WrittenTypes {
    const declared = new Map<string, Pick<WrittenMember, 'type' | 'doc'>>();
    const [, hash] = /sha256:([0-9a-f]{64})/.exec(this.#next.doc) ?? [];
    while (this.#next.kind !== 'end') {
      const { doc } = this.#next;
      this.#demand('export');
      const isInterface = this.#take('interface');
      if (!isInterface) this.#demand('type');
      const token = this.#next;
      const name = this.#name();
      if (declared.has(name)) throw this.#unreadable(token);
      if (isInterface) this.#demand('{');
      else this.#demand('=');
      declared.set(name, { type: isInterface ? this.#object() : this.#type(), doc });
      this.#take(';');
    }
    return { declared, hash };
  }

  get #next(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token;
  }

  #unreadable({ line, text, kind }: Token): UnreadableTypesError {
    return new UnreadableTypesError(line, kind === 'end' ? text : JSON.stringify(text));
  }

  #isSign(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'sign' && token.text === text;
  }

  /** Goes on behind a sign or keyword, if it is there. */
  #take(text: string): boolean {
    const { kind, text: found } = this.#next;
    const isThere = found === text && kind !== 'string';
    if (isThere) this.#at++;
    return isThere;
  }

  #demand(text: string): void {
    if (!this.#take(text)) throw this.#unreadable(this.#next);
  }

  #name(): string {
    const token = this.#next;
    if (token.kind !== 'name') throw this.#unreadable(token);
    this.#at++;
    return token.text;
  }

  #type(): WrittenType {
    return this.#joined('union', '|', () => this.#joined('intersection', '&', () => this.#single()));
  }

  #joined(kind: 'union' | 'intersection', sign: string, part: () => WrittenType): WrittenType {
    this.#take(sign);
    const parts = [part()];
    while (this.#take(sign)) parts.push(part());
    const of = parts.flatMap((each) => (each.kind === kind ? each.of : [each]));
    const [first, second] = of;
    return first !== undefined && second === undefined ? first : { kind, of };
  }

  #single(): WrittenType {
    if (this.#take('readonly')) return { kind: 'readonly', of: [this.#single()] };
    let type = this.#primary();
    // The line below may begin with the `[` of a member.
    while (this.#isSign('[') && this.#isSign(']', 1)) {
      this.#at += 2;
      type = { kind: 'list', of: [type] };
    }
    return type;
  }

  #primary(): WrittenType {
    const token = this.#next;
    this.#at++;
    if (token.kind === 'name' || token.kind === 'number') return { kind: 'word', text: token.text };
    if (token.kind === 'string') return { kind: 'word', text: quoted(token.text) };
    if (token.text === '{') return this.#object();
    if (token.text === '[') return this.#tuple();
    if (token.text === '(') {
      const type = this.#type();
      this.#demand(')');
      return type;
    }
    const number = this.#next;
    if (token.text !== '-' || number.kind !== 'number') throw this.#unreadable(token);
    this.#at++;
    return { kind: 'word', text: `-${number.text}` };
  }

  #tuple(): WrittenType {
    const of: WrittenType[] = [];
    while (!this.#take(']')) {
      const isRest = this.#take('...');
      const type = this.#type();
      if (isRest) of.push({ kind: 'rest', of: [type] });
      else of.push(this.#take('?') ? { kind: 'maybe', of: [type] } : type);
      if (!this.#take(',') && !this.#isSign(']')) throw this.#unreadable(this.#next);
    }
    return { kind: 'tuple', of };
  }

  /** Behind its opening brace. */
  #object(): WrittenType {
    const members = new Map<string, WrittenMember>();
    while (!this.#take('}')) {
      const first = this.#next;
      const name = this.#memberName();
      if (members.has(name)) throw this.#unreadable(first);
      const optional = this.#take('?');
      this.#demand(':');
      members.set(name, { optional, doc: first.doc, type: this.#type() });
      if (!this.#take(';')) this.#take(',');
    }
    return { kind: 'object', members };
  }

  #memberName(): string {
    const token = this.#next;
    if (this.#take('[')) {
      this.#name();
      for (const text of [':', 'string', ']']) this.#demand(text);
      return OTHERS;
    }
    if (token.kind === 'sign' || token.kind === 'end') throw this.#unreadable(token);
    this.#at++;
    return memberName(token.text);
  }
}

/** None where a type is no object, or is missing. */
export function membersOf(type: WrittenType | undefined): WrittenMembers {
  return type?.kind === 'object' ? type.members : new Map();
}

/** A type on one line: equal types have equal lines, whatever the order of their members. */
export function written(type: WrittenType): string {
  switch (type.kind) {
    case 'word':
      return type.text;
    case 'object': {
      const members = [...type.members].sort(([a], [b]) => (a < b ? -1 : 1));
      const lines = members.map(([name, { optional, type: of }]) => `${name}${optional ? '?' : ''}: ${written(of)}`);
      return lines.length === 0 ? '{}' : `{ ${lines.join('; ')} }`;
    }
    case 'union':
      return type.of.map(written).join(' | ');
    case 'intersection':
      return type.of.map(part).join(' & ');
    case 'tuple':
      return `[${type.of.map(written).join(', ')}]`;
    case 'list':
      return `${type.of.map(part)}[]`;
    case 'rest':
      return `...${type.of.map(written)}`;
    case 'maybe':
      return `${type.of.map(part)}?`;
    case 'readonly':
      return `readonly ${type.of.map(part)}`;
  }
}

/** In brackets where what stands around it would bind closer. */
function part(type: WrittenType): string {
  const isLoose = type.kind === 'union' || type.kind === 'intersection' || type.kind === 'readonly';
  return isLoose ? `(${written(type)})` : written(type);
}
