export default function ChatPage() {
  return <>ChatPage</>
}
