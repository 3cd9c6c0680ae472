import type { FormEvent } from 'react';
import type { CreateVideoInput } from './tools.d.ts';

/** What somebody wants made. */
export interface Wish {
  readonly subject: string;
  readonly text: string;
  readonly aspect: NonNullable<CreateVideoInput['video_aspect']>;
}

const REEF =
  'Coral reefs cover less than one percent of the ocean floor. They shelter a quarter of all sea creatures. They guard coasts from storms.';

export interface WishFormProps {
  readonly isAway: boolean;
  readonly drafting: boolean;
  onDraft(wish: Wish): void;
  onMake(wish: Wish): void;
}

export function WishForm({ isAway, drafting, onDraft, onMake }: WishFormProps) {
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const wish = Object.fromEntries(new FormData(event.currentTarget)) as unknown as Wish;
    if (submitter?.getAttribute('name') === 'draft') onDraft(wish);
    else onMake(wish);
  }

  const why = isAway ? 'The gateway is away' : '';
  return (
    <form className="card" onSubmit={send}>
      <label>
        Subject <input name="subject" required maxLength={500} defaultValue="Why coral reefs matter" />
      </label>
      <label>
        Text <textarea name="text" rows={7} required maxLength={20_000} defaultValue={REEF} />
      </label>
      <label>
        Shape
        <select name="aspect">
          <option value="16:9">16:9, for screens</option>
          <option value="9:16">9:16, for phones</option>
          <option value="1:1">1:1, for feeds</option>
        </select>
      </label>
      <div className="buttons">
        <button name="draft" type="submit" className="quiet" disabled={drafting || isAway} title={why}>
          Draft the script
        </button>
        <button name="make" type="submit" disabled={isAway} title={why}>
          Make the video
        </button>
      </div>
    </form>
  );
}
