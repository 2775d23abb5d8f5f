import { Anchor, Code, List, ScrollArea, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { memo } from 'react'
import ReactMarkdown from 'react-markdown'
import type { Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import classes from './Chat.module.css'

/** Text of the agent, which may repeat anybody's: no HTML, no remote image, no address that runs something. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.markdown}>
      <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS} urlTransform={allowed}>{linked(apart(text))}</ReactMarkdown>
    </div>
  )
})

const PLUGINS = [remarkGfm]

/** Addresses that a link may have; all else is text. */
export function allowed(url: string): string {
  if (/^(https?:|mailto:)/i.test(url)) return url
  return ours(url) ? url : ''
}

/** A path of this app, and not of another host (`//host`, `/\host`), nor of its API. */
const ours = (url: string) => /^\/(?![/\\])/.test(url) && !url.startsWith('/api/')

/** A line right below a table is none of its rows. */
export const apart = (text: string) => text.replace(/^(\|.*\n)(?=[^|\n])/gm, '$1\n')

/** Where an approval waits, as a link for people. */
export const linked = (text: string) => text.replace(/(?<![\w(/])(?:\/api\/v1)?(\/approvals\/[0-9a-f-]{36})/g, '[the approval]($1)')

function To({ href, children }: { href?: string; children?: ReactNode }) {
  if (!href) return <>{children}</>
  if (ours(href)) {
    const { pathname, search } = new URL(href, location.origin)
    const asked = Object.fromEntries(new URLSearchParams(search))
    return <Anchor inherit renderRoot={(props) => <Link to={pathname} search={asked} {...props} />}>{children}</Anchor>
  }
  return <Anchor inherit href={href} target="_blank" rel="noopener noreferrer">{children}</Anchor>
}

const COMPONENTS: Components = {
  a: ({ href, children }) => <To href={href}>{children}</To>,
  img: ({ alt }) => <Text span c="dimmed" inherit>[image{alt ? `: ${alt}` : ''}]</Text>,
  p: ({ children }) => <Text size="sm" my={4}>{children}</Text>,
  ul: ({ children }) => <List size="sm" my={4} withPadding>{children}</List>,
  ol: ({ children }) => <List size="sm" my={4} type="ordered" withPadding>{children}</List>,
  li: ({ children }) => <List.Item>{children}</List.Item>,
  h1: ({ children }) => <Heading>{children}</Heading>,
  h2: ({ children }) => <Heading>{children}</Heading>,
  h3: ({ children }) => <Heading>{children}</Heading>,
  h4: ({ children }) => <Heading>{children}</Heading>,
  h5: ({ children }) => <Heading>{children}</Heading>,
  h6: ({ children }) => <Heading>{children}</Heading>,
  pre: ({ children }) => <pre className={classes.pre} tabIndex={0}>{children}</pre>,
  code: ({ children }) => <Code>{children}</Code>,
  input: ({ checked }) => <span>{checked ? '☑ ' : '☐ '}</span>,
  table: ({ children }) => (
    <ScrollArea type="auto" my={6} className={classes.tableBox}><Table fz="xs" verticalSpacing={4} horizontalSpacing="xs">{children}</Table></ScrollArea>
  ),
  thead: ({ children }) => <Table.Thead>{children}</Table.Thead>,
  tbody: ({ children }) => <Table.Tbody>{children}</Table.Tbody>,
  tr: ({ children }) => <Table.Tr>{children}</Table.Tr>,
  th: ({ children, style }) => <Table.Th style={style} className={classes.cell}>{children}</Table.Th>,
  td: ({ children, style }) => <Table.Td style={style} className={classes.cell}>{children}</Table.Td>,
}

/** Headings in an answer are none of the page's. */
const Heading = ({ children }: { children?: ReactNode }) => <Text size="sm" fw={650} mt={8} mb={2}>{children}</Text>
