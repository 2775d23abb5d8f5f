// Written by scripts/types.mjs from /openapi.json.
export interface paths {
    "/api/v1/agent/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say something to the agent, or answer its question
         * @description AG-UI 1.0: a RunAgentInput, answered by a stream of events. Of its messages only the newest of the user is read, or what frontend tools answered after it.
         */
        post: operations["run_agent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agent/ws": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same over a WebSocket
         * @description The first frame is {"type":"auth","token":…}, or the subprotocol is bearer.TOKEN; then one RunAgentInput a text frame, answered by one event a text frame.
         */
        get: operations["agent_socket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What you may decide or have asked for */
        get: operations["list_approvals"];
        put?: never;
        /** Decide several, each by itself */
        post: operations["decide_approvals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for a decision */
        get: operations["get_approval"];
        put?: never;
        /** Approve or reject; only a signed-in person does */
        post: operations["decide_approval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something about it */
        post: operations["comment_approval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/delegate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand it to a role */
        post: operations["delegate_approval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this session: its tokens are dead at once */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/redeem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a password by a one-time link, and sign in */
        post: operations["redeem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a session; the token is good once */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in from a browser
         * @description By a password, or by a one-time link and the password that it sets. The session is kept in a cookie that no script reads. Only pages of this server may ask: by Sec-Fetch-Site, or else by Origin.
         */
        post: operations["enter"];
        /** Sign out of a browser */
        delete: operations["leave"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened
         * @description List what was done: who changed what, when, and why; latest first.
         *
         *     The history of one record, of one person, or of one operation.
         */
        get: operations["list_calls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One call with its changes
         * @description Show one recorded call: who, through what, with which input, what came out, and every row it changed.
         */
        get: operations["get_call"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a call back */
        post: operations["undo_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your conversations */
        get: operations["list_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of your conversations */
        get: operations["get_conversation"];
        put?: never;
        post?: never;
        /** Forget one of your conversations */
        delete: operations["forget_conversation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop the run at work in it */
        post: operations["stop_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back all that was done in it */
        post: operations["undo_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hear what changes
         * @description Server-sent events. `changed`: kinds of record that committed calls touched, among those that you may list or get, at most once a second. `approvals`: how many wait for your decision, at the start and when it changes. `decided`: what came of something that you asked for. The stream ends when your session or rights do; after a break, read anew what you show.
         */
        get: operations["listen"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run several calls as one */
        post: operations["submit_plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a plan back */
        post: operations["undo_plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find records by the beginning or a part of their names
         * @description The nearest first: what is called exactly so, what begins so, what has it within, what is like it. You find the kinds of record that some operation of yours opens or takes, and of them what you may see. Without q, what comes first.
         */
        get: operations["find_records"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The operations that you may use */
        get: operations["list_tools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run an operation, or preview it
         * @description The body has the arguments, as GET /api/v1/tools describes them.
         */
        post: operations["call_tool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What the gate answers. */
        Answer: components["schemas"]["Done"] | components["schemas"]["Preview"] | components["schemas"]["NeedsApproval"] | components["schemas"]["Rejected"];
        /** @description An approval as people see it. */
        Approval: {
            /** @description `self`, or `role:NAME`. */
            approver: string;
            /** @description The calls that would run, references resolved. */
            calls: components["schemas"]["Call"][];
            /** @description What people said about it. */
            comments?: components["schemas"]["ApprovalComment"][];
            /**
             * Format: date-time
             * @description When it was asked.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was decided.
             */
            decided_at?: string | null;
            /** @description Who decided. */
            decided_by?: string | null;
            /** @description A role that it was handed to: whoever holds it may decide as well. */
            delegated_to?: string | null;
            /** @description What would happen, line by line. */
            effects: components["schemas"]["Effect"][];
            /**
             * Format: date-time
             * @description After this it can no longer be decided.
             */
            expires_at: string;
            /**
             * Format: uuid
             * @description Its id: a decision names it, and nothing else.
             */
            id: string;
            /**
             * Format: uuid
             * @description Who asked.
             */
            maker: string;
            /**
             * @description Their name.
             * @default
             */
            maker_name: string;
            /**
             * @description Whether the person who looks at it may decide it now.
             * @default false
             */
            may_decide: boolean;
            /** @description Why, if said. */
            note?: string | null;
            /** @description What the calls would answer. */
            result: unknown;
            /**
             * @description `pending`, `approved`, `rejected`, `superseded` or `expired`.
             * @enum {string}
             */
            status: "pending" | "approved" | "rejected" | "superseded" | "expired";
            /** @description What would happen, in a sentence. */
            title: string;
        };
        /** @description What somebody said about an approval. */
        ApprovalComment: {
            /** @description Who. */
            author: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description What. */
            text: string;
        };
        /** @description What waits for this person. */
        Approvals: {
            /**
             * Format: uint
             * @description Approvals that they may decide now.
             */
            waiting: number;
        };
        /** @description A call of an operation by name, as plans, undo and approvals hold it. */
        Call: {
            /**
             * @description Its arguments; in a plan a later call may refer to an earlier result by `{"$result":[0,"/id"]}`.
             * @default {}
             */
            arguments: Record<string, never>;
            /** @description The operation's name. */
            name: string;
        };
        /** @description A record that a misspelt or ambiguous name may have meant. */
        Candidate: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description How people know it: number and name. */
            label: string;
        };
        /** @description Kinds of record that committed calls touched. */
        Changed: {
            /** @description `domain.entities`, in order. */
            entities: string[];
        };
        /** @description Something to say about an approval. */
        Comment: {
            /** @description What is said. */
            text: string;
        };
        /** @description A conversation in a list. */
        Conversation: {
            /**
             * Format: uuid
             * @description Its id: the thread.
             */
            id: string;
            /** @description What it is about. */
            title: string;
            /**
             * Format: date-time
             * @description When it was last used.
             */
            updated_at: string;
        };
        /** @description A conversation with what was said. */
        ConversationDetail: {
            /**
             * Format: uuid
             * @description Its id: the thread.
             */
            id: string;
            /** @description What was said, in order. */
            messages: components["schemas"]["Said"][];
            /** @description What the page was asked and has not answered. */
            pending: components["schemas"]["PageCall"][];
            /** @description Whether a turn is at work here now; what it says is added when it ends. */
            running: boolean;
            /** @description What it is about. */
            title: string;
            /**
             * Format: date-time
             * @description When it was last used.
             */
            updated_at: string;
            /**
             * Format: uuid
             * @description The approval that waits for the person, if one does.
             */
            waiting: string | null;
        };
        /** @description What came of one of several decisions, or why nothing. */
        Decided: {
            /** @description What came of it. */
            answer?: components["schemas"]["Answer"] | null;
            /**
             * Format: uuid
             * @description The approval.
             */
            id: string;
            /** @description Why nothing came of it. */
            problem?: components["schemas"]["Problem"] | null;
        };
        /** @description A person's decision on an approval. */
        Decision: {
            /** @description Yes or no. */
            decision: components["schemas"]["Verdict"];
            /**
             * @description Why, if said.
             * @default null
             */
            note: string | null;
        };
        /** @description Several decisions. */
        Decisions: {
            /** @description Each stands alone. */
            decisions: {
                /** @description Yes or no. */
                decision: components["schemas"]["Verdict"];
                /**
                 * Format: uuid
                 * @description The approval.
                 */
                id: string;
                /**
                 * @description Why, if said.
                 * @default null
                 */
                note: string | null;
            }[];
        };
        /** @description Whom an approval is handed to. */
        Delegate: {
            /** @description The role whose holders may decide as well. */
            role: string;
        };
        /** @description It happened (or was read). */
        Done: {
            /**
             * Format: uuid
             * @description The record of it; absent for reads. For a plan, of its first call.
             */
            call_id: string | null;
            /**
             * Format: uuid
             * @description The plan it was, to undo it as a whole.
             */
            plan_id: string | null;
            /** @description The answer of the call, or a list of them. */
            result: unknown;
            /** @description What happened, one sentence a call. */
            sentences: string[];
            /** @constant */
            status: "done";
            /** @description The call that takes it back, or a list of them. */
            undo: unknown;
        };
        /** @description One thing that happens, in words and values, as previews and approvals show it. */
        Effect: {
            /** @description What will be. */
            after?: unknown;
            /** @description What was. */
            before?: unknown;
            /** @description What it is about. */
            kind: components["schemas"]["EffectKind"];
            /**
             * Format: uuid
             * @description The record it concerns.
             */
            record?: string | null;
            /** @description The effect as a sentence or line. */
            text: string;
        };
        /** @description What kind of thing an effect is about. */
        EffectKind: "record" | "ledger" | "stock" | "money" | "message";
        /** @description One wrong value: where (JSON pointer) and what about it. */
        FieldError: {
            /** @description What is wrong, for people. */
            detail: string;
            /** @description JSON pointer into the arguments. */
            pointer: string;
        };
        /** @description A record, as a search answers it. */
        FoundRecord: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its number and name. */
            label: string;
            /** @description What people call one of its kind ("invoice"). */
            noun: string;
            /** @description What kind of record it is (`accounting.invoices`). */
            type: string;
        };
        /** @description A tool of the client's own. */
        FrontendTool: {
            /**
             * @description What it does; the server goes by its own knowledge of the tools that it uses.
             * @default
             */
            description: string;
            /** @description Its name. */
            name: string;
            /**
             * @description JSON Schema of its arguments; likewise.
             * @default null
             */
            parameters: unknown;
        };
        /** @description How the server is. */
        Health: {
            /** @description `ok`: it lives; `ready`: it serves. */
            status: string;
        };
        /** @description Who is signed in. */
        Me: {
            /** @description The address they sign in with. */
            email: string;
            /**
             * Format: uuid
             * @description The person.
             */
            id: string;
            /** @description Their name. */
            name: string;
            /** @description Where they are signed in. */
            organization: components["schemas"]["Organization"];
            /**
             * Format: uuid
             * @description The party they stand for, when they are an outsider.
             */
            party: string | null;
            /** @description Roles granted to them. */
            roles: string[];
        };
        /** @description Any message; of those of the user, the newest counts. */
        Message: {
            /**
             * @description A text, or parts that are texts.
             * @default null
             */
            content: unknown;
            /**
             * @description Of a tool's message: that it failed, and why.
             * @default null
             */
            error: string | null;
            /** @description `user`, `tool`, or anybody else. */
            role: string;
            /**
             * @description Of a tool's message: the call that it answers.
             * @default null
             */
            toolCallId: string | null;
        };
        /** @description It waits for somebody's yes. */
        NeedsApproval: {
            /** @description What to decide on. */
            approval: components["schemas"]["Approval"];
            /** @constant */
            status: "needs_approval";
        };
        /** @description An organisation, as its people see it. */
        Organization: {
            /** @description Its short code. */
            code: string;
            /** @description The currency of its books. */
            currency: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description The zone in which its business days begin. */
            zone: string;
        };
        /** @description What came of something that this person asked for. */
        Outcome: {
            /**
             * Format: uuid
             * @description The approval.
             */
            id: string;
            /** @description `approved`, `rejected` or `expired`. */
            status: string;
            /** @description What it was about, in a sentence. */
            title: string;
        };
        /** @description A page, as its client tells of it. */
        Page: {
            /**
             * @description With these arguments.
             * @default null
             */
            arguments: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The operation whose table, report or form it shows.
             * @default null
             */
            operation: string | null;
            /**
             * @description Its address.
             * @default null
             */
            path: string | null;
            /** @description The record that it is about. */
            record?: components["schemas"]["RecordOnPage"] | null;
            /** @description The first rows that are seen. */
            rows?: components["schemas"]["RecordOnPage"][] | null;
            /** @description Rows that the person has picked. */
            selection?: components["schemas"]["RecordOnPage"][] | null;
            /**
             * @description What stands above it.
             * @default null
             */
            title: string | null;
        };
        /** @description A call that waits for the page to answer. */
        PageCall: {
            /** @description Its arguments. */
            arguments: unknown;
            /** @description Names the call. */
            id: string;
            /** @description What the page was asked to do. */
            tool: string;
        };
        /** @description Calls that run together, in order. */
        Plan: {
            /** @description A later one refers to an earlier result by `{"$result":[0,"/id"]}`. */
            calls: components["schemas"]["Call"][];
        };
        /** @description It would happen like this. */
        Preview: {
            /** @description What would happen. */
            effects: components["schemas"]["Effect"][];
            /** @description What it would answer. */
            result: unknown;
            /** @description One sentence a call. */
            sentences: string[];
            /** @constant */
            status: "preview";
        };
        /** @description The document of a refusal: RFC 9457, with the way out. */
        Problem: {
            /** @description Where the effects changed: the new approval. */
            approval?: components["schemas"]["Approval"] | null;
            /** @description Records that may have been meant. */
            candidates?: components["schemas"]["Candidate"][];
            /** @description The name to rely on. */
            code: string;
            /** @description What is wrong with this request. */
            detail: string;
            /** @description Wrong values, and where they are. */
            errors?: components["schemas"]["FieldError"][];
            /** @description The way out. */
            fix: string;
            /** @description Whether the same request may succeed later. */
            retryable: boolean;
            /**
             * Format: uint16
             * @description The HTTP status.
             */
            status: number;
            /**
             * Format: uint
             * @description Which call of a plan, counted from 0.
             */
            step?: number | null;
            /** @description What kind of problem it is, in words. */
            title: string;
            /** @description `urn:steward:problem:CODE`: the same for every problem of a kind. */
            type: string;
        };
        /** @description A record on the page. */
        RecordOnPage: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * @description What it is called.
             * @default
             */
            label: string;
            /** @description `domain.entities`. */
            type: string;
        };
        /** @description A one-time link, and the password that it sets. */
        Redeem: {
            /**
             * Format: password
             * @description The new password.
             */
            password: string;
            /**
             * Format: password
             * @description What stands at the end of the link.
             */
            token: string;
        };
        /** @description A session that goes on. */
        Refresh: {
            /**
             * Format: password
             * @description The newest of the session: it is good once.
             */
            refresh_token: string;
        };
        /** @description It was decided against. */
        Rejected: {
            /** @description What was decided on. */
            approval: components["schemas"]["Approval"];
            /** @constant */
            status: "rejected";
        };
        /** @description The answer to an interrupt. */
        Resume: {
            /** @description The interrupt's id, which is the approval's. */
            interruptId: string;
            /**
             * @description What was decided.
             * @default null
             */
            payload: components["schemas"]["Decision"] | null;
            /**
             * @description Whether it was decided; a question that is cancelled is rejected.
             * @enum {string}
             */
            status: "resolved" | "cancelled";
        };
        /** @description What starts a run: the part of the protocol's input that is read. */
        RunAgentInput: {
            /**
             * @description Of these only the newest of the user is read, or what frontend tools answered after it: the history is the
             *     server's.
             */
            messages?: components["schemas"]["Message"][];
            /**
             * @description The run that this one follows.
             * @default null
             */
            parentRunId: string | null;
            /** @description The answer to the interrupt that the last run ended with. */
            resume?: components["schemas"]["Resume"][] | null;
            /** @description The run; events repeat it. */
            runId: string;
            /**
             * @description What the page shows, under `page`; data, and never instructions.
             * @default null
             */
            state: {
                /** @description What the person looks at. */
                page?: components["schemas"]["Page"] | null;
            } | null;
            /**
             * Format: uuid
             * @description The conversation, opened by its first run.
             */
            threadId: string;
            /** @description The tools that the page offers; of these only those are used that the server knows, all of them `ui_…`. */
            tools?: components["schemas"]["FrontendTool"][];
        };
        /** @description Something that was said. */
        Said: {
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description `user`, `assistant`, or `tool` where the page answered. */
            role: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Who signs in, and where. */
        SignIn: {
            /** @description The address they sign in with. */
            email: string;
            /** @description The organisation's short code. */
            organization: string;
            /**
             * Format: password
             * @description Their password.
             */
            password: string;
        };
        /** @description A session that was opened, or goes on. */
        Token: {
            /** @description Sent as `Authorization: Bearer …`. */
            access_token: string;
            /**
             * Format: int64
             * @description Seconds that the access token holds.
             */
            expires_in: number;
            /** @description Opens the next one; good once. */
            refresh_token: string;
            /**
             * @description Always `Bearer`.
             * @constant
             */
            token_type: "Bearer";
        };
        /** @description An operation as `/api/v1/tools` lists it: what a model is given to call it. */
        Tool: {
            /** @description What it does, and what follows from it. */
            description: string;
            /** @description What it does to the world. */
            effect: "read" | "write" | "final";
            /** @description JSON Schema of its arguments. */
            input_schema: Record<string, never>;
            /** @description `domain.entities.verb`. */
            name: string;
            /** @description What people call one of the records that it is about ("invoice"), where it is about records. */
            noun?: string | null;
            /** @description JSON Schema of its answer. */
            output_schema: Record<string, never>;
            /** @description What it does, in a few words. */
            title: string;
            /** @description The same with underscores, for models. */
            tool: string;
        };
        /** @description Yes or no. */
        Verdict: "approve" | "reject";
    };
    responses: {
        /** @description Not now: the same request may succeed in a moment; Retry-After says when. (`busy`, `unavailable`) */
        Busy: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The state of the record does not allow it. (`effects_changed`, `already_decided`, `approval_expired`, `changed_since`, `already_undone`, `not_undoable`) */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The person may not do this; the missing permission is named. (`forbidden`, `needs_person`) */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Understood, but a value is wrong; `errors` say which, and `candidates` who may have been meant. (`invalid_input`, `unresolved_reference`, `hidden_character`, `date_out_of_range`, `imprecise_number`, `out_of_range`, `bad_result_reference`, `invalid_cursor`, `idempotency_mismatch`) */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request could not be read. (`malformed`, `duplicate_key`, `too_deep`) */
        Malformed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Somebody has to say yes first; nothing has happened yet. */
        NeedsApproval: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["NeedsApproval"];
            };
        };
        /** @description No such record for this person: absent and foreign are the same. (`not_found`, `unknown_operation`) */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A change must say which version it means. (`version_required`) */
        PreconditionRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A refusal, with the way out. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Somebody changed the record meanwhile. (`stale_version`) */
        Stale: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many attempts; Retry-After says when again. (`too_many_attempts`) */
        Throttled: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request is larger than allowed. (`too_large`) */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nobody is signed in, or no longer. (`unauthenticated`) */
        Unauthenticated: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description Columns of such a file in their order, with commas between: fields of a row, like `number,customer.name,totals.gross`. */
        Columns: string;
        /** @description Run the real code, show what would happen, and change nothing. */
        DryRun: boolean;
        /** @description csv or xlsx answers a file with all rows that match, whatever limit and cursor say; 100,000 at most. */
        Format: "json" | "csv" | "xlsx";
        /** @description The same key and arguments give the same answer, once, for seven days. */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    run_agent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunAgentInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    agent_socket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Switching to WebSocket. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    list_approvals: {
        parameters: {
            query?: {
                /** @description The waiting ones unless told. */
                status?: "pending" | "approved" | "rejected" | "superseded" | "expired" | "all";
                /** @description Only what you may decide now, or only what you asked for. */
                for?: "decision" | "asked";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description All of them. */
                        items: components["schemas"]["Approval"][];
                        /** @description Where more follow; a list that is given whole has no more. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    decide_approvals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decisions"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description All of them. */
                        items: components["schemas"]["Decided"][];
                        /** @description Where more follow; a list that is given whole has no more. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    get_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The approval. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    decide_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The approval. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    comment_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The approval. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Comment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    delegate_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The approval. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Delegate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    redeem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Redeem"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    enter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"] | components["schemas"]["Redeem"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The session. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    leave: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended, and the cookie is taken back. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Malformed"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    list_calls: {
        parameters: {
            query?: {
                /** @description Only calls that changed this record: its name, number or id. */
                record?: string;
                /** @description Only calls of this operation. */
                operation?: string;
                /** @description Only calls of this person: their e-mail. */
                actor?: string;
                /** @description Only calls from this conversation. */
                conversation?: string;
                /** @description Rows of a page: 50 unless told, 200 at most. */
                limit?: number;
                /** @description Where the next page starts: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        items: {
                            /** @description Who. */
                            actor: {
                                /** @description Their e-mail. */
                                email: string;
                                /**
                                 * Format: uuid
                                 * @description The person's id.
                                 */
                                id: string;
                                /** @description Their name. */
                                name: string;
                            };
                            /** @description Whether an agent acted for the person. */
                            agent: boolean;
                            /**
                             * Format: uuid
                             * @description The conversation it came from.
                             */
                            conversation_id?: string | null;
                            /**
                             * Format: date-time
                             * @description When.
                             */
                            created_at: string;
                            /**
                             * Format: uuid
                             * @description Its id.
                             */
                            id: string;
                            /** @description The operation. */
                            operation: string;
                            /**
                             * Format: uuid
                             * @description The plan it was part of.
                             */
                            plan_id: string;
                            /** @description The person's words. */
                            reason?: string | null;
                            /** @description What happened, in a sentence. */
                            sentence: string;
                            /** @description The way it came in (rest, cli, agent). */
                            surface: string;
                            /**
                             * Format: uuid
                             * @description The call that this one took back.
                             */
                            undoes?: string | null;
                        }[];
                        /**
                         * @description Give it as `cursor` to get the next page; absent at the end.
                         * @default null
                         */
                        next_cursor: string | null;
                        /**
                         * Format: int64
                         * @description How many rows there are in all, where asked for and at most 10,000.
                         */
                        total?: number | null;
                        /**
                         * Format: int64
                         * @description There are at least so many rows (the count stops at 10,000).
                         */
                        total_at_least?: number | null;
                    };
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    get_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The record: its id, or its number, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    /** @description The version, for If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Who. */
                        actor: {
                            /** @description Their e-mail. */
                            email: string;
                            /**
                             * Format: uuid
                             * @description The person's id.
                             */
                            id: string;
                            /** @description Their name. */
                            name: string;
                        };
                        /** @description Whether an agent acted for the person. */
                        agent: boolean;
                        /**
                         * Format: uuid
                         * @description The approval it ran under.
                         */
                        approval_id?: string | null;
                        /** @description Every row it changed, before and after. */
                        changes: {
                            /** @description The row after. */
                            after?: unknown;
                            /** @description The row before. */
                            before?: unknown;
                            /**
                             * @description insert, update or delete.
                             * @enum {string}
                             */
                            op: "insert" | "update" | "delete";
                            /**
                             * Format: uuid
                             * @description The row.
                             */
                            record_id: string;
                            /** @description The table. */
                            table: string;
                        }[];
                        /**
                         * Format: uuid
                         * @description The conversation it came from.
                         */
                        conversation_id?: string | null;
                        /**
                         * Format: date-time
                         * @description When.
                         */
                        created_at: string;
                        /** @description What it did, line by line. */
                        effects: {
                            /** @description What will be. */
                            after?: unknown;
                            /** @description What was. */
                            before?: unknown;
                            /**
                             * @description What it is about.
                             * @enum {string}
                             */
                            kind: "record" | "ledger" | "stock" | "money" | "message";
                            /**
                             * Format: uuid
                             * @description The record it concerns.
                             */
                            record?: string | null;
                            /** @description The effect as a sentence or line. */
                            text: string;
                        }[];
                        /**
                         * Format: uuid
                         * @description Its id.
                         */
                        id: string;
                        /** @description What was asked; names resolved to ids. */
                        input: unknown;
                        /** @description The operation. */
                        operation: string;
                        /** @description What was answered. */
                        output: unknown;
                        /**
                         * Format: uuid
                         * @description The plan it was part of.
                         */
                        plan_id: string;
                        /**
                         * Format: int32
                         * @description Its place in the plan.
                         */
                        position: number;
                        /** @description The person's words. */
                        reason?: string | null;
                        /** @description The request it came with. */
                        request_id: string;
                        /** @description What happened, in a sentence. */
                        sentence: string;
                        /** @description The way it came in (rest, cli, agent). */
                        surface: string;
                        /** @description The call that would take it back. */
                        undo?: unknown;
                        /**
                         * Format: uuid
                         * @description The call that this one took back.
                         */
                        undoes?: string | null;
                    };
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    undo_call: {
        parameters: {
            query?: {
                /** @description Run the real code, show what would happen, and change nothing. */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key and arguments give the same answer, once, for seven days. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The call. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            202: components["responses"]["NeedsApproval"];
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    list_conversations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description All of them. */
                        items: components["schemas"]["Conversation"][];
                        /** @description Where more follow; a list that is given whole has no more. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    get_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationDetail"];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    forget_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten; what was done in it stays recorded. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    stop_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The conversation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It stops at its next step; what was begun in the books is finished. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    undo_conversation: {
        parameters: {
            query?: {
                /** @description Run the real code, show what would happen, and change nothing. */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key and arguments give the same answer, once, for seven days. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The conversation. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            202: components["responses"]["NeedsApproval"];
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    listen: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    submit_plan: {
        parameters: {
            query?: {
                /** @description Run the real code, show what would happen, and change nothing. */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key and arguments give the same answer, once, for seven days. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Plan"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            202: components["responses"]["NeedsApproval"];
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    undo_plan: {
        parameters: {
            query?: {
                /** @description Run the real code, show what would happen, and change nothing. */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key and arguments give the same answer, once, for seven days. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The plan. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            202: components["responses"]["NeedsApproval"];
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    find_records: {
        parameters: {
            query?: {
                /** @description What has been typed so far. */
                q?: string;
                /** @description Only records of this kind. */
                entity?: "accounting.accounts" | "accounting.bills" | "accounting.currencies" | "accounting.dimensions" | "accounting.dunning_levels" | "accounting.dunning_notices" | "accounting.dunning_runs" | "accounting.entries" | "accounting.fiscal_years" | "accounting.invoices" | "accounting.journals" | "accounting.opening_imports" | "accounting.payment_runs" | "accounting.payment_terms" | "accounting.payments" | "accounting.periods" | "accounting.rates" | "accounting.recurring" | "accounting.revaluations" | "accounting.schedules" | "accounting.tax_codes" | "accounting.tax_positions" | "accounting.write_offs" | "directory.api_keys" | "directory.custom_fields" | "directory.organizations" | "directory.parties" | "directory.users";
                /** @description How many: 10 unless told, 50 at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description All of them. */
                        items: components["schemas"]["FoundRecord"][];
                        /** @description Where more follow; a list that is given whole has no more. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    list_tools: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tool"][];
                };
            };
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
    call_tool: {
        parameters: {
            query?: {
                /** @description Run the real code, show what would happen, and change nothing. */
                dry_run?: components["parameters"]["DryRun"];
            };
            header?: {
                /** @description The same key and arguments give the same answer, once, for seven days. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description An operation's name, or its tool name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer"];
                };
            };
            202: components["responses"]["NeedsApproval"];
            400: components["responses"]["Malformed"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Busy"];
            default: components["responses"]["Problem"];
        };
    };
}
