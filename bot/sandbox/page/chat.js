// The chat page: shows events from the server and sends the user's actions.
"use strict";

const byId = (id) => document.getElementById(id);
const log = byId("log"), scroll = byId("scroll"), composer = byId("composer"), box = composer.elements.text;
const commands = byId("commands"), menu = byId("menu"), status = byId("status"), toast = byId("toast");
const { address, events } = document.body.dataset;
const writer = () => composer.elements.as.value;
let follows = true;
const ACTIONS = { typing: "typing…", upload_photo: "sending a photo…", upload_document: "sending a document…" };

// --- Events from the server ---

const source = new EventSource(events);
const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));

on("message", ({ id, html }) => {
  const old = byId(id), article = html && parsed(html);
  if (article) takeSide(article);
  if (!article) old?.remove();
  else if (old) replace(old, article);
  else if (isNewest(article)) log.append(article); // edits of messages that the page doesn't show are ignored
  if (follows) toEnd(); else if (!old) byId("down").hidden = false;
});
on("conversations", (html) => { byId("conversations").innerHTML = html; showCurrent(); });
on("commands", (html) => { commands.innerHTML = html; });
on("action", (action) => {
  clearTimeout(on.quiet);
  const label = action && (ACTIONS[action] ?? "busy…");
  status.textContent = label || status.dataset.quiet;
  status.classList.toggle("busy", Boolean(label));
  if (label) on.quiet = setTimeout(() => { status.textContent = status.dataset.quiet; status.classList.remove("busy"); }, 5000);
});
on("reload", () => location.reload());
source.onerror = () => document.body.classList.add("offline");
source.onopen = () => document.body.classList.remove("offline");

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function isNewest(article) { return !log.lastElementChild || numberOf(article) > numberOf(log.lastElementChild); }
function numberOf(article) { return Number(article.id.slice(1)); }

// A button pressed with the keyboard keeps the focus when its message changes.
function replace(old, article) {
  const hadFocus = old.contains(document.activeElement);
  article.classList.add("still");
  old.replaceWith(article);
  if (hadFocus) (article.querySelector("[data-press]") ?? box).focus();
}

// In a group, the current writer's messages are on the right, all others on the left.
function takeSide(article) { article.classList.toggle("other", Boolean(article.dataset.by) && article.dataset.by !== writer()); }
composer.elements.as.addEventListener("change", () => { for (const article of log.children) takeSide(article); });
for (const article of log.children) takeSide(article);

// The end of the conversation stays in view until the user scrolls away.
function toEnd() { follows = true; scroll.scrollTop = scroll.scrollHeight; byId("down").hidden = true; }
scroll.addEventListener("scroll", () => {
  follows = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  if (follows) byId("down").hidden = true;
});
const sizes = new ResizeObserver(() => { if (follows) toEnd(); });
sizes.observe(scroll);
sizes.observe(log);
byId("down").addEventListener("click", toEnd);
toEnd();

// --- Actions of the user ---

async function post(action, fields) {
  let response;
  try {
    response = await fetch(`${address}/${action}`, { method: "POST", body: new URLSearchParams(fields) });
  } catch {
    throw new Error("That didn't get through. Is the sandbox still running?");
  }
  if (!response.ok) throw new Error(await response.text());
  return response;
}

async function say(text, reply = "") {
  try {
    await post("say", { text, reply, as: writer() });
    toEnd();
    return true;
  } catch (error) {
    show(error.message);
    return false;
  }
}

async function press(button) {
  button.classList.add("waiting");
  const message = button.closest("[data-number]").dataset.number;
  try {
    const answer = await (await post("press", { message, data: button.dataset.press, as: writer() })).json();
    if (answer.alert) showAlert(answer.text); else if (answer.text) show(answer.text);
  } catch (error) {
    show(error.message);
  } finally {
    button.classList.remove("waiting");
  }
}

function show(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(show.timer);
  show.timer = setTimeout(() => { toast.hidden = true; }, 4000);
}

function showAlert(text) {
  byId("alert").querySelector("p").textContent = text;
  byId("alert").showModal();
}

function reply(article) {
  composer.elements.reply.value = article?.dataset.number ?? "";
  byId("replying").hidden = !article;
  byId("replying").firstElementChild.textContent = article ? article.querySelector(".text").textContent || "Reply" : "";
  box.focus();
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest("[data-say],[data-press],[data-copy],[data-reply],[data-block],.spoiler");
  if (!target) return;
  const { dataset } = target;
  if (target.matches(".spoiler")) target.classList.add("shown");
  else if ("press" in dataset) press(target);
  else if ("copy" in dataset) navigator.clipboard.writeText(dataset.copy).then(() => show("Copied"));
  else if ("reply" in dataset) reply(target.closest("[data-number]"));
  else if ("block" in dataset) block();
  else { close(); say(dataset.say); }
});

async function block() {
  try {
    await post("block", {});
    location.reload();
  } catch (error) {
    show(error.message);
  }
}
byId("block").addEventListener("click", block);
byId("replying").lastElementChild.addEventListener("click", () => reply(null));

composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value, answered = composer.elements.reply.value;
  if (!text.trim()) return;
  box.value = "";
  reply(null);
  grow();
  close();
  if (!await say(text, answered) && !box.value) box.value = text;
});

function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
}

// --- Commands: the menu at "/", and suggestions during typing ---

const options = () => [...commands.children].filter((option) => !option.hidden);
const chosen = () => commands.querySelector("[aria-selected=true]");

function offer(typed) {
  for (const option of commands.children) option.hidden = !option.dataset.say.startsWith(typed);
  const isOpen = options().length > 0;
  commands.hidden = !isOpen;
  menu.setAttribute("aria-expanded", isOpen);
  choose(null);
}

function close() {
  commands.hidden = true;
  menu.setAttribute("aria-expanded", false);
  choose(null);
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", false);
  option?.setAttribute("aria-selected", true);
  option?.scrollIntoView({ block: "nearest" });
  if (option) box.setAttribute("aria-activedescendant", option.id); else box.removeAttribute("aria-activedescendant");
}

function step(by) {
  const all = options(), at = all.indexOf(chosen());
  choose(all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length]);
}

menu.addEventListener("click", () => { if (commands.hidden) offer("/"); else close(); box.focus(); });
box.addEventListener("input", () => {
  grow();
  if (/^\/\w*$/.test(box.value)) offer(box.value); else close();
});
box.addEventListener("keydown", (event) => {
  const { key } = event, isOpen = !commands.hidden;
  if (isOpen && (key === "ArrowDown" || key === "ArrowUp")) step(key === "ArrowDown" ? 1 : -1);
  else if (isOpen && key === "Escape") close();
  else if (isOpen && key === "Tab" && !event.shiftKey) { box.value = `${(chosen() ?? options()[0]).dataset.say} `; close(); }
  else if (isOpen && key === "Enter" && chosen()) { const { say: text } = chosen().dataset; box.value = ""; close(); say(text); }
  else if (key === "Enter" && !event.shiftKey && !event.isComposing) composer.requestSubmit();
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.target.matches(".spoiler") && (event.key === "Enter" || event.key === " ")) event.target.click();
});

// On a phone the conversations are a strip that scrolls sideways.
function showCurrent() {
  document.querySelector("[aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
}

showCurrent();
