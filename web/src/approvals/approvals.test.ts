import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/http'
import type { Approval, ProblemBody } from '@/api/types'
import { changedTo, deciders, fromNow, standingOf } from './approvals'

const now = new Date('2026-03-01T12:00:00Z')
const approval = (more: Partial<Approval>): Approval =>
  ({ status: 'pending', maker: 'alice', maker_name: 'Alice', approver: 'role:controller', may_decide: false, expires_at: '2026-03-02T12:00:00Z', ...more }) as Approval

describe('how an approval stands', () => {
  it('is for whoever the server lets decide', () => {
    expect(standingOf(approval({ may_decide: true }), 'conrad', now)).toBe('decide')
    expect(standingOf(approval({ may_decide: true, approver: 'self' }), 'alice', now)).toBe('decide')
  })
  it('is not for its maker, nor for bystanders', () => {
    expect(standingOf(approval({}), 'alice', now)).toBe('asked')
    expect(standingOf(approval({}), 'bob', now)).toBe('waiting')
  })
  it('ends with its time, whatever was read before', () => {
    expect(standingOf(approval({ may_decide: true, expires_at: '2026-03-01T12:00:00Z' }), 'conrad', now)).toBe('expired')
  })
  it('is over once decided', () => {
    for (const status of ['approved', 'rejected', 'superseded', 'expired'] as const) {
      expect(standingOf(approval({ status, may_decide: true }), 'conrad', now)).toBe(status)
    }
  })
})

it('says who decides', () => {
  expect(deciders(approval({}))).toBe('a controller')
  expect(deciders(approval({ approver: 'self', delegated_to: 'accountant' }))).toBe('Alice or an accountant')
})

it('finds what took its place', () => {
  const body = { code: 'effects_changed', detail: '', approval: approval({ id: 'new' }) } as ProblemBody
  expect(changedTo(new Problem(409, body))?.id).toBe('new')
  expect(changedTo(new Problem(409, { ...body, code: 'conflict' }))).toBeUndefined()
})

it('counts in the unit that people would', () => {
  expect(fromNow('2026-03-01T12:30:00Z', now)).toMatch(/30 min/)
  expect(fromNow('2026-03-02T12:00:00Z', now)).toMatch(/24 h/)
  expect(fromNow('2026-03-08T12:00:00Z', now)).toMatch(/7 d|week/)
})
