export function ChatDock({ onClose }: { onClose: () => void }) {
  return <button onClick={onClose}>Close</button>
}
