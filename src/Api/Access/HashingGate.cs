namespace OrleansRegistry.Access;

/// <summary>
/// The one way to everything that hashes a password, which is slow on purpose: so many at once, and the others take turns.
/// </summary>
internal sealed class HashingGate(int atOnce)
{
    private const int MostOfAccount = 32;
    private const int MostOfAddress = 512;
    private const int Most = 8192;

    private readonly Lock _lock = new();
    private readonly FairLine<TaskCompletionSource> _line = new();
    private int _free = atOnce;

    /// <summary>Waits for the turn of that source; disposing of the answer ends it.</summary>
    /// <exception cref="ProblemException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(HashingSource source)
    {
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            if (_free > 0)
                _free--; // then nobody waits
            else
                turn = Join(source);
        }

        if (turn is not null)
            await turn.Task;
        return new Place(this);
    }

    private TaskCompletionSource Join(HashingSource source)
    {
        if (_line.CountOf(source.Address, source.Account) >= MostOfAccount)
            throw TooMany("Too many passwords of this user from this address wait to be compared; try again later.");
        if (_line.CountOf(source.Address) >= MostOfAddress || _line.Count >= Most)
            throw TooMany("Too many logins wait to be compared; try again later.");
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _line.Add(source.Address, source.Account, turn);
        return turn;
    }

    private void Leave()
    {
        lock (_lock)
            if (_line.TryTake(out var next))
                next.SetResult();
            else
                _free++;
    }

    private static ProblemException TooMany(string message) => new(ProblemKind.TooManyRequests, message);

    private sealed class Place(HashingGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
