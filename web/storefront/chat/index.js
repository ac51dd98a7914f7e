/** Import this one module to have `<aftersales-chat>`; see elements/aftersales-chat.js for its attributes. */
export { AftersalesChat } from "./elements/aftersales-chat.js";
