import { Button, CloseButton, FileButton, Group, Input, Text } from '@mantine/core'
import { IconFile, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { useForm } from '../context'
import { framed } from './frame'
import type { ControlProps } from './props'
import classes from '../forms.module.css'

const sizeOf = (bytes: number) => (bytes < 1024 ? `${bytes} bytes` : bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`)

/** The bytes as base64. */
function encoded(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'))
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ''))
    reader.readAsDataURL(file)
  })
}

/** A file: chosen, or dropped here. */
export function FileControl(props: ControlProps) {
  const { id, pointer, value, onChange, schema } = props
  const { label, description, withAsterisk, error } = framed({ ...props, bare: false }) as ReturnType<typeof framed> & { label?: React.ReactNode; description?: string; withAsterisk?: boolean }
  const { named } = useForm()
  const [file, setFile] = useState<{ name: string; size: number }>()
  const [over, setOver] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const take = async (chosen: File | null | undefined) => {
    if (!chosen) return
    // base64 takes four characters for three bytes
    if (schema.maxLength && chosen.size > (schema.maxLength / 4) * 3) {
      setWrong(`Too large: ${sizeOf(chosen.size)}, and ${sizeOf((schema.maxLength / 4) * 3)} at most.`)
      return
    }
    try {
      onChange(await encoded(chosen))
      setFile({ name: chosen.name, size: chosen.size })
      setWrong(undefined)
      named(pointer, chosen.name)
    } catch (failure) {
      setWrong(failure instanceof Error ? failure.message : 'The file cannot be read.')
    }
  }
  const has = typeof value === 'string' && value !== ''
  return (
    <Input.Wrapper id={id} label={label} labelElement="div" description={description?.includes('base64') ? undefined : description} withAsterisk={withAsterisk} error={wrong ?? error}>
      <Group
        className={classes.drop}
        data-over={over || undefined}
        data-field={id}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void take(event.dataTransfer.files[0])
        }}
      >
        {has ? <IconFile size={20} aria-hidden /> : <IconUpload size={20} aria-hidden />}
        <Text size="sm" flex={1} c={has ? undefined : 'dimmed'}>
          {has ? `${file?.name ?? 'A file'} · ${sizeOf(file?.size ?? Math.floor((value.length / 4) * 3))}` : 'Drop a file here'}
        </Text>
        {has && <CloseButton aria-label="Remove the file" onClick={() => onChange(undefined)} />}
        <FileButton onChange={(chosen) => void take(chosen)}>
          {(button) => <Button {...button} id={id} variant="default" size="compact-sm">{has ? 'Another file' : 'Choose a file'}</Button>}
        </FileButton>
      </Group>
    </Input.Wrapper>
  )
}
