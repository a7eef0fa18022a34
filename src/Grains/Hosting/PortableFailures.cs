using Microsoft.Extensions.Logging;

namespace OrleansRegistry.Hosting;

/// <summary>
/// Lets failures reach callers on other nodes. An exception without a serializer of its own, such as a database
/// driver's, would arrive as a complaint about that serializer and hide what happened.
/// </summary>
public sealed partial class PortableFailures(ILogger<PortableFailures> logger) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (StoreUnavailableException outage)
        {
            LogFailure(context.InterfaceName, context.MethodName, outage);
            throw new StoreUnavailableException(outage.Message);
        }
        catch (OperationCanceledException cancelled)
        {
            throw new OperationCanceledException(cancelled.Message); // somebody's wish, and no fault
        }
        catch (Exception failure) when (!IsPortable(failure))
        {
            LogFailure(context.InterfaceName, context.MethodName, failure);
            throw new InvalidOperationException($"{failure.GetType().Name}: {failure.Message}");
        }
    }

    // Ours have a surrogate; the runtime's own types and Orleans' travel as they are. Of a state that another
    // activation changed Orleans must hear itself: it lets go of the activation that did not know.
    private static bool IsPortable(Exception failure) => failure is ProblemException
        || failure.GetType().Namespace is "System" or "System.IO" or "Orleans.Runtime" or "Orleans.Storage";

    [LoggerMessage(LogLevel.Error, "{Grain}.{Method} failed")]
    private partial void LogFailure(string? grain, string? method, Exception failure);
}
