export default function Home() {
  return <>Home</>
}
