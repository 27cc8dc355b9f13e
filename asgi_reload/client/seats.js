/**
 * The tabs at an exchange: how each is reached, where it stands, whether somebody sees it, and whether it is still there.
 */

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./connection.js").Position} Position */
/** @typedef {{ type: "message", message: ServerMessage } | { type: "down" }} Word what a tab hears */
/** @typedef {{ say: (word: Word) => void, position: Position, isVisible: boolean }} Seat */

/** Pings that a tab may leave unanswered: a closed tab gives no sign, a crashed one neither. */
const UNANSWERED = 3;

export class Seats {
  /** @type {Map<string, Seat & { unanswered: number }>} */
  #seats = new Map();

  /** @returns {Seat | undefined} who has been here longest */
  get first() {
    return this.#seats.values().next().value;
  }

  get isEmpty() {
    return this.#seats.size === 0;
  }

  /** Does a person look at any of them? */
  get isSeen() {
    return [...this.#seats.values()].some((seat) => seat.isVisible);
  }

  get ids() {
    return [...this.#seats.keys()];
  }

  /** @param {string} id */
  get(id) {
    return this.#seats.get(id);
  }

  /** @param {string} id @param {Seat} seat */
  add(id, seat) {
    this.#seats.set(id, { ...seat, unanswered: 0 });
  }

  /** @param {string} id */
  delete(id) {
    this.#seats.delete(id);
  }

  /** @param {string} id it has answered */
  isAlive(id) {
    const seat = this.#seats.get(id);

    if (seat !== undefined) {
      seat.unanswered = 0;
    }
  }

  /**
   * Ask everybody for a sign of life.
   * @returns {string[]} who has given none for too long
   */
  callTheRoll() {
    for (const seat of this.#seats.values()) {
      seat.unanswered += 1;
    }

    return this.ids.filter((id) => (this.#seats.get(id)?.unanswered ?? 0) > UNANSWERED);
  }

  /** @param {Word} word */
  tell(word) {
    for (const seat of this.#seats.values()) {
      seat.say(word);
      if (word.type === "message" && word.message.type === "update") {
        seat.position.seq = Math.max(seat.position.seq, word.message.seq);
      }
    }
  }
}
