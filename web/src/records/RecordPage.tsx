export default function RecordPage() {
  return <>RecordPage</>
}
