/** The numbers and names of the storefront's wire; see docs/protocol.md. */

export const LONGEST_TEXT = 1000;

export const ACTIONS = Object.freeze({
  human: "human",
  leaveQueue: "leave_queue",
  acceptReturn: "accept_return",
  declineReturn: "decline_return",
});

/** Close codes after which the same page cannot get in again. */
export const REFUSED = new Set([4403]);
/** Close codes that ask for a fresh token. */
export const TOKEN_OVER = new Set([4401, 4408]);

export const FIRST_STATE = Object.freeze({ owner: "bot", epoch: 0, queue: null, agent: null, return_offered: false });

/** Characters as the desk counts them: a rare character or emoji is one, not two. */
export function lengthOf(text) {
  return [...text].length;
}

/** The state without the frame around it. */
export function stateOf(frame) {
  const { owner, epoch, queue, agent, return_offered } = frame;
  return { owner, epoch, queue, agent, return_offered };
}
