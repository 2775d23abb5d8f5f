export default function SignIn() {
  return <>SignIn</>
}
