export default function Welcome() {
  return <>Welcome</>
}
