using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace OrleansRegistry.Signing;

/// <summary>
/// The node's threads that sign: as many as it has cores, of low priority and none of the pool's, so that whatever else
/// the node does is not held up. Work is taken up in order of arrival, whoever sends it.
/// </summary>
public sealed class SigningThreads : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public SigningThreads(IOptions<SigningOptions> options)
    {
        Count = options.Value.Threads > 0 ? options.Value.Threads : Environment.ProcessorCount;
        for (var i = 0; i < Count; i++)
            new Thread(Run) { IsBackground = true, Name = "signing", Priority = ThreadPriority.BelowNormal }.Start();
    }

    public int Count { get; }

    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
