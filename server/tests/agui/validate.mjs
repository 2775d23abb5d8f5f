// Checks recorded AG-UI streams: each event against the protocol's own schemas, and the order of events in each run.
//
//   node validate.mjs < events.ndjson          one event a line, as frames of the WebSocket are
//   curl -N … /api/v1/agent/run | node validate.mjs     lines of server-sent events are understood too
//
// Several runs may follow one another. Prints a line a fault and ends with 1; else says how much was checked, and ends with 0.
import { createInterface } from "node:readline";
import { EventSchemas } from "@ag-ui/core/schemas";

const faults = [];
let line = 0;
let events = 0;
let runs = 0;
let run = null;

const fault = (what) => faults.push(`line ${line}: ${what}`);

function begin(event) {
  if (event.type !== "RUN_STARTED" && event.type !== "RUN_ERROR") fault(`a run begins with RUN_STARTED or RUN_ERROR, not ${event.type}`);
  runs += 1;
  run = { thread: event.threadId, id: event.runId, messages: new Set(), calls: new Set(), known: new Set(), results: new Set(), texts: new Set() };
}

const rules = {
  RUN_STARTED: (event, first) => first || fault("RUN_STARTED in the middle of a run"),
  TEXT_MESSAGE_START({ messageId }) {
    if (run.messages.size > 0) fault("a message begins inside another");
    if (run.texts.has(messageId)) fault(`the message ${messageId} is opened twice`);
    run.messages.add(messageId);
    run.texts.add(messageId);
  },
  TEXT_MESSAGE_CONTENT({ messageId, delta }) {
    if (!run.messages.has(messageId)) fault(`text for ${messageId}, which is not open`);
    if (delta === "") fault("an empty delta");
  },
  TEXT_MESSAGE_END({ messageId }) {
    if (!run.messages.delete(messageId)) fault(`${messageId} is closed, and was not open`);
  },
  TOOL_CALL_START({ toolCallId }) {
    if (run.messages.size > 0) fault("a tool call begins inside a message");
    if (run.known.has(toolCallId)) fault(`the tool call ${toolCallId} is opened twice`);
    run.calls.add(toolCallId);
    run.known.add(toolCallId);
    run[toolCallId] = "";
  },
  TOOL_CALL_ARGS({ toolCallId, delta }) {
    if (!run.calls.has(toolCallId)) fault(`arguments for ${toolCallId}, which is not open`);
    run[toolCallId] += delta;
  },
  TOOL_CALL_END({ toolCallId }) {
    if (!run.calls.delete(toolCallId)) fault(`${toolCallId} is closed, and was not open`);
    try {
      JSON.parse(run[toolCallId]);
    } catch {
      fault(`the arguments of ${toolCallId} are not JSON`);
    }
  },
  TOOL_CALL_RESULT({ toolCallId }) {
    if (run.calls.has(toolCallId)) fault(`a result for ${toolCallId}, which is still open`);
    if (run.results.has(toolCallId)) fault(`a second result for ${toolCallId}`);
    run.results.add(toolCallId);
  },
  RUN_FINISHED(event) {
    if (event.threadId !== run.thread || event.runId !== run.id) fault("RUN_FINISHED names another run");
    for (const open of [...run.messages, ...run.calls]) fault(`${open} is still open when the run ends`);
    for (const interrupt of event.outcome?.interrupts ?? []) {
      if (interrupt.toolCallId && !run.known.has(interrupt.toolCallId)) fault(`the interrupt names the call ${interrupt.toolCallId}, which nobody made`);
    }
    run = null;
  },
  RUN_ERROR() {
    for (const open of [...run.messages, ...run.calls]) fault(`${open} is still open when the run fails`);
    run = null;
  },
};

function check(text) {
  let event;
  try {
    event = JSON.parse(text);
  } catch (error) {
    return fault(`not JSON: ${error.message}`);
  }
  events += 1;
  const parsed = EventSchemas.safeParse(event);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) fault(`${event.type} /${issue.path.join("/")}: ${issue.message}`);
  }
  const first = run === null;
  if (first) begin(event);
  rules[event.type]?.(event, first);
}

for await (const read of createInterface({ input: process.stdin })) {
  line += 1;
  const text = read.startsWith("data:") ? read.slice(5).trim() : read.trim();
  const comment = text === "" || /^(:|event:|id:|retry:)/.test(text);
  if (!comment) check(text);
}
if (run !== null) faults.push("the stream ends in the middle of a run");
if (events === 0) faults.push("there are no events");

for (const what of faults) console.error(what);
if (faults.length > 0) process.exit(1);
console.log(`${events} events in ${runs} runs follow the protocol`);
