export default function ApprovalPage() {
  return <>ApprovalPage</>
}
