namespace OrleansRegistry.Hosting;

/// <summary>
/// Grains of this node that found nothing to keep. They stay a while: whoever asks for something that is not there is
/// likely to create it next, and a call that meets a grain on its way out is sent round the cluster. Beyond some of
/// them those go that have rested longest, so that names without end fill no memory.
/// </summary>
public sealed class RestingGrains
{
    /// <summary>How many rest.</summary>
    public const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<(IGrainContext Grain, Func<bool> IsIdle)> _byAge = new();
    private readonly HashSet<IGrainContext> _resting = [];

    /// <summary>Lets a grain rest. Where too many do, the one that came first goes, unless it is not idle any more.</summary>
    public void Add(IGrainContext grain, Func<bool> isIdle)
    {
        (IGrainContext Grain, Func<bool> IsIdle) oldest;
        lock (_gate)
        {
            if (!_resting.Add(grain))
                return;
            _byAge.Enqueue((grain, isIdle));
            if (_byAge.Count <= Most)
                return;
            oldest = _byAge.Dequeue();
            _resting.Remove(oldest.Grain);
        }

        if (oldest.IsIdle())
            oldest.Grain.Deactivate(
                new(DeactivationReasonCode.ApplicationRequested, "It found nothing to keep, as others after it."));
    }
}
