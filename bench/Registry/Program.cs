using System.Runtime.InteropServices;
using OrleansRegistry.Bench;

if (!BenchmarkOptions.TryParse(args, out var options, out var refusal))
{
    Console.Error.WriteLine(refusal);
    Console.Error.WriteLine("See --help.");
    return 2;
}

if (options.Help)
{
    Console.Write(BenchmarkOptions.Usage);
    return 0;
}

// The first signal only cancels: servers, databases and directories are then removed on the way out.
using var stop = new CancellationTokenSource();
void Cancel(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel);

try
{
    return await Benchmark.RunAsync(options, stop.Token) ? 0 : 1;
}
catch (Exception) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped; what was started has been removed.");
    return 130;
}
catch (BenchmarkException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
