const LEAST = 10;
const MOST = 256;

/** The first a guesser tries, of those long enough to pass otherwise. */
const GUESSED = new Set([
  ...['0123456789', '1234567890', '12345678910', '9876543210', '1q2w3e4r5t', '1qaz2wsx3edc', 'q1w2e3r4t5'],
  ...['qwertyuiop', 'qwerty1234', 'qwerty12345', 'qwertyuiop123', 'asdfghjkl1', 'abcdefghij', 'abc1234567'],
  ...['password12', 'password123', 'password1234', 'passw0rd123', 'p@ssw0rd123', 'password!1', 'passwordpassword'],
  ...['letmein123', 'welcome123', 'welcome1234', 'iloveyou123', 'changeme123', 'changemenow', 'administrator'],
  ...['adminadmin', 'admin12345', 'callsheet1', 'callsheet123', 'callsheetcallsheet', 'unbelievable', 'basketball'],
]);

/**
 * Refuses passwords that would be guessed at once. Length counts, kinds of characters do not (NIST SP 800-63B §5.1.1).
 *
 * @throws Error that says what to do, without the password in it.
 */
export function checkPassword(password: string, username: string): void {
  const length = [...password].length;
  const refuse = (because: string): Error => new Error(`Cannot take this password: ${because}; choose another`);
  if (length < LEAST) throw refuse(`it has ${length} characters, and ${LEAST} are the least`);
  if (length > MOST) throw refuse(`it has ${length} characters, and ${MOST} are the most`);
  const plain = password.toLowerCase();
  if (plain === username) throw refuse('it is the name of the user');
  if (GUESSED.has(plain) || new Set(plain).size < 3) throw refuse('it is one of the first anybody would try');
}
