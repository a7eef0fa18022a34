using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansRegistry.Hosting;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.SigningKeys;

/// <summary>
/// The keys of signing services are known keys. Each is made known when its service is; here those follow that came another
/// way, once a node has started.
/// </summary>
internal sealed partial class ServiceKeys(
    ISigningServiceStore services,
    ISigningKeyStore keys,
    IPublicKeys reader,
    ITaskDispatcher dispatcher,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<ServiceKeys> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.StartedAsync(stoppingToken);
        for (var failures = 1; ; failures++)
            try
            {
                await FollowAsync(stoppingToken);
                return;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                var pause = Backoff.After(failures);
                LogPause(pause, failure);
                await Task.Delay(pause, clock, stoppingToken);
            }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        foreach (var publicKey in await services.PublicKeysAsync(cancellationToken))
        {
            var read = reader.Read(publicKey);
            var known = await keys.KnownAsync([.. read.Select(key => key.Name.Fingerprint!)], cancellationToken);
            if (read.Any(key => !known.Contains(key.Name.Fingerprint!)))
                await dispatcher.DispatchAsync(AttributionTasks.Attribute(read));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The keys of signing services could not be read; they are tried again in {Pause}")]
    private partial void LogPause(TimeSpan pause, Exception failure);
}
