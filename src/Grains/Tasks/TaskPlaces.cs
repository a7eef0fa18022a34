using Microsoft.Extensions.Options;

namespace OrleansRegistry.Tasks;

/// <summary>
/// This node's places for work. One resource does not get all of them, and neither does long work: what is quick and
/// concerns something else need not wait for it.
/// </summary>
public sealed class TaskPlaces(IEnumerable<ITaskHandler> handlers, IOptions<TaskOptions> options)
{
    private readonly HashSet<string> _long = [.. handlers.Where(handler => handler.IsLong).Select(handler => handler.Kind)];
    private readonly Dictionary<string, int> _perLine = [];
    private readonly Lock _gate = new();
    private int _taken;
    private int _takenLong;
    private bool _wasMissed;

    /// <summary>How many are free.</summary>
    public int Free
    {
        get
        {
            lock (_gate)
                return options.Value.MostPerNode - _taken;
        }
    }

    /// <summary>What there is no place for now.</summary>
    public FullSlots Full
    {
        get
        {
            lock (_gate)
                return new(
                    [.. _perLine.Where(line => line.Value >= options.Value.MostPerResource).Select(line => line.Key)],
                    _takenLong >= options.Value.MostLong ? _long : []);
        }
    }

    /// <summary>Takes a place. False where there is none.</summary>
    public bool TryEnter(TaskSlot slot)
    {
        lock (_gate)
        {
            var isLong = _long.Contains(slot.Kind);
            var onLine = _perLine.GetValueOrDefault(slot.Line);
            if (_taken >= options.Value.MostPerNode
                || (isLong && _takenLong >= options.Value.MostLong)
                || (slot.Line.Length > 0 && onLine >= options.Value.MostPerResource))
            {
                _wasMissed = true;
                return false;
            }

            _taken++;
            _takenLong += isLong ? 1 : 0;
            if (slot.Line.Length > 0)
                _perLine[slot.Line] = onLine + 1;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <returns>True where somebody found none before.</returns>
    public bool Leave(TaskSlot slot)
    {
        lock (_gate)
        {
            _taken--;
            _takenLong -= _long.Contains(slot.Kind) ? 1 : 0;
            if (_perLine.TryGetValue(slot.Line, out var onLine))
            {
                if (onLine > 1)
                    _perLine[slot.Line] = onLine - 1;
                else
                    _perLine.Remove(slot.Line);
            }

            var wasMissed = _wasMissed;
            _wasMissed = false;
            return wasMissed;
        }
    }

    /// <summary>Says that more could start than there are places.</summary>
    public void Miss()
    {
        lock (_gate)
            _wasMissed = true;
    }
}
