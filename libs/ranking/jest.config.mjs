import preset from '../../jest.preset.mjs';

// Far from UTC on purpose: a window or an instant that is taken in local time fails its test.
process.env.TZ = 'Pacific/Kiritimati';

export default { ...preset, displayName: 'ranking' };
