/** A JSON Schema, draft 7, as far as declarations of plain data need it. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/**
 * JSON Schema definitions from the TypeScript declarations of generated data types: interfaces, enums and aliases of literals,
 * arrays, records and unions of them, no more. Names are `module.Name`; members nobody declared are refused. So what is
 * validated is always what the installed version of the package says.
 */
export function declaredSchemas(modules: Readonly<Record<string, string>>): Record<string, Schema> {
  const found = Object.entries(modules).map(([module, text]) => new Declarations(module, text).read());
  return Object.assign({}, ...found);
}

const TOKEN = /"[^"]*"|-?[\w.$]+|=>|[{}[\]()<>|&;:?,=]/g;
const PRIMITIVES: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  true: { const: true },
  false: { const: false },
  any: {},
};

class Declarations {
  readonly #module: string;
  readonly #tokens: readonly string[];
  readonly #schemas: Record<string, Schema> = {};
  #at = 0;

  constructor(module: string, text: string) {
    this.#module = module;
    this.#tokens = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').match(TOKEN) ?? [];
  }

  read(): Record<string, Schema> {
    while (this.#at < this.#tokens.length) {
      const word = this.#next();
      if (word === 'interface') this.#schemas[`${this.#module}.${this.#next()}`] = this.#object();
      else if (word === 'enum') this.#enumeration(this.#next());
      else if (word === 'type') this.#alias(this.#next());
      else if (word === 'const' || word === 'import') this.#skipTo(';');
    }
    return this.#schemas;
  }

  #alias(name: string): void {
    this.#expect('=');
    this.#schemas[`${this.#module}.${name}`] = this.#union();
  }

  #enumeration(name: string): void {
    this.#expect('{');
    const values: unknown[] = [];
    while (this.#peek() !== '}') {
      const member = this.#next();
      this.#expect('=');
      const value: unknown = JSON.parse(this.#next());
      values.push(value);
      this.#schemas[`${this.#module}.${name}.${member}`] = { const: value };
      if (this.#peek() === ',') this.#next();
    }
    this.#schemas[`${this.#module}.${name}`] = { enum: [...new Set(values)] };
  }

  #object(): Schema {
    this.#expect('{');
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    while (this.#peek() !== '}') {
      const name = this.#next().replaceAll('"', '');
      if (this.#peek() === '(') {
        // A mark of the builders: data has no methods.
        this.#skipTo(';');
        continue;
      }
      if (this.#peek() === '?') this.#next();
      else required.push(name);
      this.#expect(':');
      properties[name] = this.#union();
      this.#expect(';');
    }
    this.#expect('}');
    return { type: 'object', additionalProperties: false, required, properties };
  }

  #union(): Schema {
    const choices = [this.#array()];
    while (this.#peek() === '|') {
      this.#next();
      choices.push(this.#array());
    }
    return choices.length === 1 && choices[0] ? choices[0] : { anyOf: choices };
  }

  #array(): Schema {
    let schema = this.#single();
    while (this.#peek() === '[') {
      this.#next();
      this.#expect(']');
      schema = { type: 'array', items: schema };
    }
    return schema;
  }

  #single(): Schema {
    if (this.#peek() === '{') return this.#object();
    const word = this.#next();
    if (word === '(') {
      const inner = this.#union();
      this.#expect(')');
      return inner;
    }
    if (word === 'Record') return this.#record();
    if (word.startsWith('"') || /^-?\d/.test(word)) return { const: JSON.parse(word) };
    if (!/^[A-Za-z]/.test(word)) throw new Error(`Cannot read "${word}" in the declarations of ${this.#module}`);
    return PRIMITIVES[word] ?? { $ref: `#/definitions/${/^[a-z]/.test(word) ? word : `${this.#module}.${word}`}` };
  }

  #record(): Schema {
    for (const token of ['<', 'string', ',']) this.#expect(token);
    const additionalProperties = this.#union();
    this.#expect('>');
    return { type: 'object', additionalProperties };
  }

  #skipTo(token: string): void {
    while (this.#next() !== token);
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token)
      throw new Error(`Expected "${token}" in the declarations of ${this.#module}, found "${found}"`);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error(`The declarations of ${this.#module} end too early`);
    return token;
  }
}
