export default function ListPage() {
  return <>ListPage</>
}
