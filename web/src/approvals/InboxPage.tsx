export default function InboxPage() {
  return <>InboxPage</>
}
