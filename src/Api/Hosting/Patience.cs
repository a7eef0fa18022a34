namespace OrleansRegistry.Hosting;

/// <summary>
/// Calls that outlive the death of a node: a call to a grain whose node just died fails until the cluster has noticed
/// and placed the grain elsewhere. Only for calls that may be repeated, which all of ours are. Whoever hung up
/// waits for nothing; nobody waits longer than clients do, though the work itself may take its time.
/// </summary>
internal static class Patience
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(30);

    public static async Task<T> RetryAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause *= 2)
        {
            try
            {
                return await call().WaitAsync(LongestCall, cancellationToken);
            }
            catch (Exception exception) when (IsLostNode(exception)
                && TimeProvider.System.GetElapsedTime(started) < Longest)
            {
                await Task.Delay(pause < TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }

    public static Task RetryAsync(Func<Task> call, CancellationToken cancellationToken) => RetryAsync(
        async () =>
        {
            await call();
            return true;
        },
        cancellationToken);

    private static bool IsLostNode(Exception exception) =>
        exception is SiloUnavailableException or OrleansMessageRejectionException;
}
